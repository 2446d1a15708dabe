import type { TraderRow } from '../../storage/trader-row';

/** Three indicators on three timeframes agree: momentum turns up, strength is there, the trend is up. */
const code = `
const minute = timeframes['1m'].close;
const { histogram } = helpers.macd(minute, 12, 26, 9);
const strength = helpers.last(helpers.rsi(timeframes['5m'].close, 14));
const slow = timeframes['15m'].close;
const trend = helpers.last(helpers.sma(slow, 20));
const turnsUp = helpers.last(histogram) > 0 && helpers.last(histogram, 1) <= 0;
if (!(turnsUp && strength > 50 && helpers.last(minute) > trend)) return false;
return {
  match: true,
  conditions: [
    'MACD(12,26,9) on 1m crosses above its signal line',
    'RSI(14) on 5m is ' + strength.toFixed(1) + ', above 50',
    'close is above SMA(20) on 15m, ' + trend.toPrecision(8),
  ],
};
`;

export const TRIPLE_INDICATOR: TraderRow = {
  id: '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a04',
  name: 'Triple-Indicator',
  enabled: true,
  isBuiltIn: true,
  filter: { code, refreshInterval: '1m', requiredTimeframes: ['1m', '5m', '15m'], minCandles: 40 },
};
