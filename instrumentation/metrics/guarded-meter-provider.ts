import type { Meter, MeterProvider } from '@opentelemetry/api';
import { GuardedMeter, type MeterParts } from './guarded-meter';

export class GuardedMeterProvider implements MeterProvider {
  readonly #meter: GuardedMeter;

  constructor(parts: MeterParts) {
    this.#meter = new GuardedMeter(parts);
  }

  getMeter(): Meter {
    return this.#meter;
  }
}
