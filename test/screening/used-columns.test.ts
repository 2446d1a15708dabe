import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CANDLE_COLUMNS } from '../../src/market/shared-columns';
import { usedColumns } from '../../src/screening/used-columns';

const ALL = [...CANDLE_COLUMNS];

const FOLLOWED: readonly (readonly [string, readonly string[]])[] = [
  ['return true;', []],
  ['return ticker.close > 1;', []],
  ['return timeframes["1m"].close[0] > 1;', ['close']],
  ['const { close, volume: v } = timeframes["1m"]; return close[0] > v[0];', ['close', 'volume']],
  ['const m = timeframes["1m"]; return m.high[m.length - 1] > m["low"][0];', ['high', 'low']],
  ['if (!timeframes["1h"]) return false; return timeframes["1h"]?.open[0] > 1;', ['open']],
  ['const m = timeframes["1m"]; return m && m.trades[0] > 3 && m.interval === "1m";', ['trades']],
  [
    'for (const i of ["1m", "5m"]) { const { close } = timeframes[i]; if (close[0] > 1) return true; } return false;',
    ['close'],
  ],
  ['return helpers.last(helpers.rsi(timeframes["1m"].close, 14)) < 30;', ['close']],
  [
    'const object = { timeframes: 1, close: 2 }; return object.timeframes > timeframes["1m"].volume[0];',
    ['volume'],
  ],
];

const UNFOLLOWED: readonly string[] = [
  'return helpers.vwap(timeframes["1m"])[0] > 1;',
  'const k = "close"; return timeframes["1m"][k][0] > 1;',
  'const all = timeframes; return all["1m"].close[0] > 1;',
  'const { "1m": m } = timeframes; return m.close[0] > 1;',
  'let m = timeframes["1m"]; m = timeframes["5m"]; return m.close[0] > 1;',
  'const { close, ...rest } = timeframes["1m"]; return rest.open[0] > 1;',
  'return Object.values(timeframes).some((frame) => frame.close[0] > 1);',
  'return (({ close }) => close[0] > 1)(timeframes["1m"]);',
  'return arguments[1]["1m"].close[0] > 1;',
  'const m = timeframes["1m"]; const f = (m) => m.close[0]; return f({ close: [1] }) > m.open[0];',
  'return timeframes["1m"].valueOf().close[0] > 1;',
  'return [timeframes["1m"]][0].close[0] > 1;',
  'return { timeframes }.timeframes["1m"].close[0] > 1;',
  'with (timeframes["1m"]) { return close[0] > 1; }',
  'const a = a; return timeframes["1m"].close === a && timeframes["1m"];',
  'return (timeframes["1m"] || {}).close[0] > 1;',
  'this is no filter',
];

describe('the columns a filter can touch', () => {
  it.each(FOLLOWED)('of %s are %j', (code, columns) => {
    expect([...usedColumns(code)].sort()).toEqual([...columns].sort());
  });

  it.each(UNFOLLOWED)('are all, where a timeframe goes another way: %s', (code) => {
    expect([...usedColumns(code)]).toEqual(ALL);
  });

  it('hold every column that is touched when the filter runs', () => {
    const column = fc.constantFrom(...CANDLE_COLUMNS);
    const access = fc.oneof(
      column.map((name) => `total += timeframes[interval].${name}[0];`),
      column.map((name) => `{ const { ${name}: x } = timeframes[interval]; total += x[0]; }`),
      column.map(
        (name) => `{ const frame = timeframes[interval]; total += frame.${name}[0] + frame.length; }`,
      ),
      column.map((name) => `total += timeframes[interval]["${name}"][0];`),
      column.map(
        (name) => `total += Object.entries(timeframes[interval]).find(([key]) => key === "${name}")[1][0];`,
      ),
      column.map((name) => `total += ((frame) => frame.${name}[0])(timeframes[interval]);`),
    );
    fc.assert(
      fc.property(fc.array(access, { maxLength: 6 }), (accesses) => {
        const code = `let total = 0; const interval = "1m"; ${accesses.join(' ')} return total > 0;`;
        const used = usedColumns(code);
        const touched = new Set<string>();
        const columns = Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, [1]]));
        const frame = new Proxy({ ...columns, length: 1, interval: '1m' } as Record<string, unknown>, {
          get: (target, key) => {
            touched.add(String(key));
            return target[String(key)];
          },
        });
        new Function('ticker', 'timeframes', 'helpers', code)({}, { '1m': frame }, {});
        const missed = [...touched].filter((name) => ALL.includes(name as never) && !used.has(name as never));
        expect(missed).toEqual([]);
      }),
    );
  });
});
