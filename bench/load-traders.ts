/** Traders as users write them, spread over six intervals: most look each minute, some at several timeframes. */
import { createHash } from 'node:crypto';

const FILTERS: readonly { interval: string; timeframes: readonly string[]; code: string }[] = [
  {
    interval: '1m',
    timeframes: ['1m'],
    code: 'const { close } = timeframes["1m"]; return helpers.last(helpers.rsi(close, 14)) < 25;',
  },
  {
    interval: '1m',
    timeframes: ['1m', '5m'],
    code: 'const fast = helpers.ema(timeframes["1m"].close, 9), slow = helpers.ema(timeframes["5m"].close, 21); return helpers.last(fast) > helpers.last(slow) * 1.01;',
  },
  {
    interval: '1m',
    timeframes: ['1m', '15m'],
    code: 'const { volume } = timeframes["1m"]; return volume[volume.length - 1] > 4 * helpers.last(helpers.averageVolume(volume, 20));',
  },
  {
    interval: '5m',
    timeframes: ['5m', '1h'],
    code: 'const { macd, signal } = helpers.macd(timeframes["5m"].close, 12, 26, 9); return helpers.last(macd) > helpers.last(signal) && helpers.last(helpers.rsi(timeframes["1h"].close, 14)) > 70;',
  },
  {
    interval: '15m',
    timeframes: ['15m', '4h', '1d'],
    code: 'const { close } = timeframes["15m"]; return close[close.length - 1] >= helpers.last(helpers.highest(timeframes["4h"].high, 20));',
  },
];
/** Of ten traders, seven are screened each minute, two every five, one every fifteen. */
const MIX = [0, 1, 2, 0, 1, 2, 0, 3, 3, 4];

export const LOAD_TRADERS = Array.from({ length: 200 }, (_, index) => {
  const { interval, timeframes, code } = FILTERS[MIX[index % MIX.length]!]!;
  const digits = createHash('sha256').update(`load trader ${index}`).digest('hex');
  const id = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
  return {
    id,
    name: `Load ${index}`,
    filter: { code, refreshInterval: interval, requiredTimeframes: timeframes, minCandles: 30 },
  };
});
