import { type MetricDefinition, OPEN } from '../metric';

const SERIES = { symbol: OPEN, interval: OPEN } as const;

export const KLINE_METRICS = {
  lastUpdate: {
    name: 'kline_last_update_timestamp',
    type: 'gauge',
    unit: 'ms',
    labels: SERIES,
    when: 'series',
    help: "Event time of the newest update in epoch milliseconds, not the candle's open time",
  },
  dataAge: {
    name: 'kline_data_age_seconds',
    type: 'gauge',
    unit: 's',
    labels: SERIES,
    when: 'series',
    help: 'Now minus the event time of the newest update, computed at the scrape',
  },
  updates: {
    name: 'kline_updates_total',
    type: 'counter',
    unit: '{update}',
    labels: SERIES,
    when: 'series',
    help: 'Kline updates applied',
  },
  bufferSize: {
    name: 'kline_buffer_size',
    type: 'gauge',
    unit: '{candle}',
    labels: SERIES,
    when: 'series',
    help: 'Closed candles in memory',
  },
  missing: {
    name: 'kline_missing_data_total',
    type: 'counter',
    unit: '{candle}',
    labels: SERIES,
    when: 'series',
    help: 'Candles found missing when a later one arrived; not taken back when a backfill repairs them',
  },
  parseErrors: {
    name: 'kline_parse_errors_total',
    type: 'counter',
    unit: '{frame}',
    labels: { symbol: OPEN },
    when: 'occurrence',
    help: 'Malformed kline data; symbol="unknown" where the frame names none',
  },
} as const satisfies Record<string, MetricDefinition>;
