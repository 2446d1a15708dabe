/** Every metric of the trader: the one place where names, labels and buckets are written down. */
import { EXCHANGE_METRICS } from './catalogue/exchange';
import { FILTER_METRICS } from './catalogue/filter';
import { KLINE_METRICS } from './catalogue/kline';
import { MACHINE_METRICS } from './catalogue/machine';
import { SIGNAL_METRICS } from './catalogue/signal';
import { SYNC_METRICS } from './catalogue/sync';
import { TRADER_METRICS } from './catalogue/trader';
import { WORKER_METRICS } from './catalogue/worker';
import type { MetricDefinition } from './metric';

export const CATALOGUE: readonly MetricDefinition[] = [
  FILTER_METRICS,
  TRADER_METRICS,
  SIGNAL_METRICS,
  SYNC_METRICS,
  EXCHANGE_METRICS,
  KLINE_METRICS,
  WORKER_METRICS,
  MACHINE_METRICS,
].flatMap((group) => Object.values<MetricDefinition>(group));
