import { type Row, redFrom } from '../panel';
import * as q from '../queries';
import { LIMITS, WINDOWS } from '../thresholds';

export const QUALITY_ROW: Row = {
  height: 8,
  panels: [
    {
      kind: 'timeseries',
      title: 'Malformed Frames',
      description:
        'Kline and ticker frames that could not be read, within ten minutes, by symbol. When red, Binance changed its format or something garbles the line: the log has the beginning of a frame.',
      unit: 'short',
      width: 8,
      min: 0,
      queries: [
        {
          expr: q.orZero(
            q.counted('app, symbol', q.ofApp('kline_parse_errors_total'), WINDOWS.recent),
            'app',
            q.ofApp('registry_size'),
          ),
          legend: '{{symbol}} · {{app}}',
        },
      ],
      runbooks: ['KlineParseErrors'],
      steps: redFrom(LIMITS.malformedFrames),
    },
    {
      kind: 'timeseries',
      title: 'Shortest History by Interval',
      description:
        'Closed candles in memory of the symbol that has fewest. Below what a filter needs (minCandles), its symbols are skipped as insufficient_history: a new listing, or a backfill that failed.',
      unit: 'short',
      width: 8,
      min: 0,
      decimals: 0,
      queries: [
        {
          expr: `min by (app, interval) (${q.ofKlines('kline_buffer_size')})`,
          legend: '{{interval}} · {{app}}',
        },
      ],
      runbooks: ['UniverseShort'],
    },
    {
      kind: 'timeseries',
      title: 'Ticker Updates',
      description:
        '24 h tickers per second, over all symbols. Zero while klines arrive: filters see old tickers.',
      unit: 'eps',
      width: 8,
      min: 0,
      queries: [{ expr: q.rate('app', q.ofApp('binance_ticker_updates_total')), legend: '{{app}}' }],
      runbooks: ['FeedSilentWhileConnected'],
    },
  ],
};
