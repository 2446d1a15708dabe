import type { TraderRow } from '../../storage/trader-row';

/** A minute that trades a multiple of its usual volume and closes higher than it opened. */
const code = `
const { open, close, volume } = timeframes['1m'];
const traded = helpers.last(volume);
const usual = helpers.last(helpers.averageVolume(volume, 20), 1);
const rising = helpers.last(close) > helpers.last(open);
if (!(usual > 0 && traded > 2.5 * usual && rising)) return false;
return {
  match: true,
  conditions: [
    'volume is ' + (traded / usual).toFixed(1) + ' times its average of the 20 minutes before',
    'the minute closed above its open',
  ],
};
`;

export const VOLUME_SPIKE: TraderRow = {
  id: '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a03',
  name: 'Volume Spike',
  enabled: true,
  isBuiltIn: true,
  filter: { code, refreshInterval: '1m', requiredTimeframes: ['1m'], minCandles: 30 },
};
