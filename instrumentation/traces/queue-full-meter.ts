import { type Attributes, type Counter, createNoopMeter, type MeterProvider } from '@opentelemetry/api';

/** The SDK's own name for what its batch processor did with spans. */
const SPANS_PROCESSED = 'otel.sdk.processor.span.processed';

/** The batch processor tells of spans it had no room for only through a meter: this one listens for that alone. */
export function queueFullMeter(onDropped: (count: number) => void): MeterProvider {
  const meter = createNoopMeter();
  const listening: Counter = {
    add(count: number, attributes?: Attributes) {
      if (attributes?.['error.type'] === 'queue_full') onDropped(count);
    },
  };
  const createCounter = meter.createCounter.bind(meter);
  meter.createCounter = (name, options) =>
    name === SPANS_PROCESSED ? listening : createCounter(name, options);
  return { getMeter: () => meter };
}
