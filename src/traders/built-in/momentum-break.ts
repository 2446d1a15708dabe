import type { TraderRow } from '../../storage/trader-row';

/** The close leaves the range of the twenty minutes before, in the direction the slower view goes. */
const code = `
const { close, high } = timeframes['1m'];
const price = helpers.last(close);
const ceiling = helpers.last(helpers.highest(high, 20), 1);
const trend = helpers.last(helpers.ema(timeframes['5m'].close, 20));
if (!(price > ceiling && price > trend)) return false;
return {
  match: true,
  conditions: [
    'close ' + price + ' is above the highest high of the 20 minutes before, ' + ceiling,
    'close is above EMA(20) on 5m, ' + trend.toPrecision(8),
  ],
};
`;

export const MOMENTUM_BREAK: TraderRow = {
  id: '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a02',
  name: 'Momentum Break',
  enabled: true,
  isBuiltIn: true,
  filter: { code, refreshInterval: '1m', requiredTimeframes: ['1m', '5m'], minCandles: 30 },
};
