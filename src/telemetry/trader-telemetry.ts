import type { Counter, Meter } from '@opentelemetry/api';
import { TRADER_METRICS } from './catalogue/trader';
import { counter, observableGauge } from './instruments';
import { LOAD_STATUSES, type LoadStatus, TRADER_ERROR_TYPES, type TraderErrorType } from './label-values';

/** The registry, and every error of a trader whatever the stage. */
export class TraderTelemetry {
  private readonly errors: Counter;
  private readonly loads: Counter;

  constructor(private readonly meter: Meter) {
    this.errors = counter(meter, TRADER_METRICS.errors);
    this.loads = counter(meter, TRADER_METRICS.loaded);
    for (const status of LOAD_STATUSES) this.loads.add(0, { status });
  }

  observeRegistry(size: () => number): void {
    observableGauge(this.meter, TRADER_METRICS.registrySize).addCallback((result) => result.observe(size()));
  }

  traderAdded(traderId: string): void {
    for (const error_type of TRADER_ERROR_TYPES) this.errors.add(0, { trader_id: traderId, error_type });
  }

  loaded(status: LoadStatus): void {
    this.loads.add(1, { status });
  }

  failed(traderId: string, errorType: TraderErrorType): void {
    this.errors.add(1, { trader_id: traderId, error_type: errorType });
  }
}
