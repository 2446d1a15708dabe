import type { TraderRow } from '../../storage/trader-row';

/** Sold off on the short view while the slower view is weak too: the classic oversold reading. */
const code = `
const fast = helpers.last(helpers.rsi(timeframes['1m'].close, 14));
const slow = helpers.last(helpers.rsi(timeframes['5m'].close, 14));
if (!(fast < 30 && slow < 50)) return false;
return {
  match: true,
  conditions: [
    'RSI(14) on 1m is ' + fast.toFixed(1) + ', below 30',
    'RSI(14) on 5m is ' + slow.toFixed(1) + ', below 50',
  ],
};
`;

export const RSI_OVERSOLD: TraderRow = {
  id: '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a01',
  name: 'RSI Oversold',
  enabled: true,
  isBuiltIn: true,
  filter: { code, refreshInterval: '1m', requiredTimeframes: ['1m', '5m'], minCandles: 30 },
};
