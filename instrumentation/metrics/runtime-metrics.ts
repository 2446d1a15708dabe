import type { MeterProvider } from '@opentelemetry/api';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';

/** Event loop delay and utilisation, garbage collection and heap of this process. */
export function startRuntimeMetrics(provider: MeterProvider): void {
  // Its instruments are made when it is given a provider, not before.
  new RuntimeNodeInstrumentation().setMeterProvider(provider);
}
