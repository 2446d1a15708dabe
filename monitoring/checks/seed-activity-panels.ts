/** The seven panels of the second document. */
import type { SeedQuery } from './seed-query';

const ACTIVITY = 'Trader Activity';

export const SEED_ACTIVITY_PANELS: readonly SeedQuery[] = [
  {
    query: 'rate(trader_screenings_total[5m])',
    from: 'panel Trader Activity Heatmap',
    answer: 'split',
    why: 'a constant, once per interval and trader',
    instead: `${ACTIVITY} / Trader Activity`,
  },
  {
    query: 'increase(trader_signals_total[1h])',
    from: 'panel New Signals per Trader',
    answer: 'split',
    why: 'fractions of signals, one bar per machine',
    instead: `${ACTIVITY} / New Signals per Trader (Last Hour)`,
  },
  {
    query: 'trader_new_matches + trader_continuing_matches',
    from: 'panel Match Distribution',
    answer: 'split',
    why: 'a sum, where a stack of two is meant',
    instead: `${ACTIVITY} / Match Distribution`,
  },
  {
    query: 'time() - (kline_last_update_timestamp / 1000)',
    from: 'panel Kline Data Freshness',
    answer: 'split',
    why: 'a line per symbol, interval and machine',
    instead: `${ACTIVITY} / Kline Data Freshness`,
  },
  {
    query: 'binance_ws_connected',
    from: 'panel WebSocket Health',
    answer: 'split',
    why: 'one value per machine',
    instead: `${ACTIVITY} / WebSocket Health`,
  },
  {
    query: 'signals_pending_analysis',
    from: 'panel Signal Processing Pipeline',
    answer: 'split',
    why: 'one value per machine',
    instead: `${ACTIVITY} / Signal Processing Pipeline`,
  },
  {
    query: 'histogram_quantile(0.95, rate(trader_execution_time_ms_bucket[5m]))',
    from: 'panel Trader Execution Time',
    answer: 'split',
    why: 'one quantile per machine, NaN where a trader did not run',
    instead: `${ACTIVITY} / Trader Execution Time`,
  },
];
