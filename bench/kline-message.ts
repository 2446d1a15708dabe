/** B1: all the metric work of one kline message. */
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createMetricsPipeline } from '../instrumentation/metrics/pipeline';
import { safeDefaults } from '../instrumentation/settings';
import { EXCHANGE_METRICS } from '../src/telemetry/catalogue/exchange';
import { ExchangeTelemetry } from '../src/telemetry/exchange-telemetry';
import type { Benchmark, Contestant } from './benchmark';

const MESSAGES = 200_000;
const SYMBOLS = Array.from({ length: 100 }, (_, index) => `SYM${index}USDT`);
const BUCKETS = EXCHANGE_METRICS.latency.buckets;

/** Wall time of one message, ns. */
function timed(name: string, message: (symbol: number, latencyMs: number) => void): Contestant {
  return {
    name,
    round() {
      const startedAt = process.hrtime.bigint();
      for (let index = 0; index < MESSAGES; index++) message(index % SYMBOLS.length, index % 250);
      return Number(process.hrtime.bigint() - startedAt) / MESSAGES;
    },
  };
}

/** What the candle store does: fields of state that a scrape reads, and one histogram. */
function ours(): Contestant {
  const { metrics } = safeDefaults({});
  const pipeline = createMetricsPipeline(metrics, resourceFromAttributes({}), true, () => {});
  const exchange = new ExchangeTelemetry(pipeline.provider.getMeter());
  const series = SYMBOLS.map(() => ({ updates: 0, lastEventTimeMs: 0, heardAtMs: 0 }));
  const frames = { kline: 0, ticker: 0 };
  return timed('ours', (symbol, latencyMs) => {
    const state = series[symbol]!;
    frames.kline++;
    exchange.frameReceived(latencyMs);
    state.heardAtMs = latencyMs;
    state.lastEventTimeMs = Math.max(state.lastEventTimeMs, latencyMs);
    state.updates++;
  });
}

/** As one writes it with prom-client: a call with labels for each of the six metrics. */
function promClient(): Contestant {
  const registers = [new Registry()];
  const labelNames = ['symbol', 'interval'];
  const gauge = (name: string) => new Gauge({ name, help: name, labelNames, registers });
  const [lastUpdate, age, buffer] = [
    gauge('kline_last_update'),
    gauge('kline_age'),
    gauge('kline_buffer_size'),
  ];
  const updates = new Counter({ name: 'kline_updates_total', help: 'updates', labelNames, registers });
  const messages = new Counter({ name: 'messages_total', help: 'messages', labelNames: ['type'], registers });
  const latency = new Histogram({
    name: 'latency_ms',
    help: 'latency',
    buckets: [...BUCKETS],
    registers,
  });
  return timed('prom-client', (symbol, latencyMs) => {
    const labels = { symbol: SYMBOLS[symbol]!, interval: '1m' };
    updates.inc(labels);
    lastUpdate.set(labels, latencyMs);
    age.set(labels, 0);
    buffer.set(labels, 500);
    messages.inc({ type: 'kline' });
    latency.observe(latencyMs);
  });
}

class IdleReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

function stockSdk(): Contestant {
  const meter = new MeterProvider({ readers: [new IdleReader()] }).getMeter('bench');
  const [lastUpdate, age, buffer] = ['last_update', 'age', 'buffer'].map((name) => meter.createGauge(name));
  const updates = meter.createCounter('updates');
  const messages = meter.createCounter('messages');
  const latency = meter.createHistogram('latency', {
    advice: { explicitBucketBoundaries: [...BUCKETS] },
  });
  return timed('stock SDK', (symbol, latencyMs) => {
    const labels = { symbol: SYMBOLS[symbol]!, interval: '1m' };
    updates.add(1, labels);
    lastUpdate!.record(latencyMs, labels);
    age!.record(0, labels);
    buffer!.record(500, labels);
    messages.add(1, { type: 'kline' });
    latency.record(latencyMs);
  });
}

export const benchmark: Benchmark = {
  id: 'B1',
  title: 'All metric work of one kline message',
  unit: 'ns',
  rounds: 15,
  contestants: () => [ours(), promClient(), stockSdk()],
  goals: [
    { against: 'prom-client', atMost: 0.25 },
    { against: 'stock SDK', atMost: 0.1 },
  ],
  note: 'Six metrics: updates, last update, age, buffer size, messages by type, latency histogram; 100 symbols.',
};
