import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isInterval } from '../../src/market/interval';
import type { TraderRow } from '../../src/storage/trader-row';
import { type CompileFilter, validateTrader } from '../../src/traders/validation';
import { traderRow } from '../support/traders';

const compiles: CompileFilter = (code) =>
  code.includes('syntax error') ? { ok: false, message: 'Unexpected token (2:7)' } : { ok: true };
const validate = (row: TraderRow) => validateTrader(row, compiles, { maxCandles: 500 });
const accepted = (filter: unknown) => {
  const result = validate(traderRow('t1', filter));
  if (!result.ok) throw new Error(result.reason);
  return result;
};
const reason = (filter: unknown) => {
  const result = validate(traderRow('t1', filter));
  return result.ok ? 'accepted' : result.reason;
};

describe('validateTrader', () => {
  it('fills in what a definition leaves out: every five minutes, its own interval, any history', () => {
    const row = { ...traderRow('t1'), filter: { code: 'return true;' } };
    expect(validate(row)).toMatchObject({
      ok: true,
      trader: {
        filter: {
          refreshInterval: '5m',
          requiredTimeframes: ['5m'],
          minCandles: 1,
          includeOpenCandle: false,
        },
      },
    });
  });

  it('adds the refresh interval to the required timeframes, each once, shortest first', () => {
    const { trader } = accepted({ refreshInterval: '5m', requiredTimeframes: ['1h', '1m', '1h'] });
    expect(trader.filter.requiredTimeframes).toEqual(['1m', '5m', '1h']);
  });

  it('reads a filter that was delivered as JSON text, and says so', () => {
    const result = accepted(JSON.stringify({ code: 'return false;', refreshInterval: '1m' }));
    expect(result.trader.filter.code).toBe('return false;');
    expect(result.remarks).toEqual(['filter is JSON inside a text: it was parsed']);
    expect(accepted({}).remarks).toEqual([]);
  });

  it.each([
    [
      'a text inside a text',
      JSON.stringify(JSON.stringify({ code: 'x' })),
      /^filter is a text inside a text/,
    ],
    ['text that is no JSON', 'return true', /^filter is a text that is not JSON/],
    ['no object', null, /^filter must be an object/],
    ['a list', [1], /^filter must be an object/],
    ['JSON of a list', '[1]', /^filter must be an object/],
    ['missing code', { code: undefined }, /^filter\.code is missing/],
    ['code that is no text', { code: 7 }, /^filter\.code must be a text/],
    ['empty code', { code: ' \n' }, /^filter\.code is empty/],
    ['endless code', { code: 'x'.repeat(70_000) }, /^filter\.code is longer than 65536/],
    [
      'code encoded once too often',
      { code: JSON.stringify('return true;') },
      /^filter code is a quoted string$/,
    ],
    ['the same with a semicolon', { code: ' "return true;";\n' }, /^filter code is a quoted string$/],
    ['code that does not compile', { code: 'syntax error' }, /does not compile: Unexpected token \(2:7\)$/],
    ['an unknown interval', { refreshInterval: '7m' }, /^filter\.refreshInterval "7m" is not an interval/],
    ['a month in lower case is a minute, an hour in upper case nothing', { refreshInterval: '1H' }, /"1H"/],
    ['an unknown timeframe', { requiredTimeframes: ['1m', '2x'] }, /^filter\.requiredTimeframes\.1 "2x"/],
    ['timeframes that are no list', { requiredTimeframes: '1m' }, /must be a list of intervals/],
    ['more candles than are kept', { minCandles: 501 }, /^filter\.minCandles is more than the 500 candles/],
    ['no candles', { minCandles: 0 }, /^filter\.minCandles must be at least 1/],
    ['half a candle', { minCandles: 1.5 }, /^filter\.minCandles must be a whole number/],
    ['a word for yes', { includeOpenCandle: 'yes' }, /^filter\.includeOpenCandle must be true or false/],
  ])('refuses %s and names the field', (_what, filter, expected) => {
    expect(reason(filter)).toMatch(expected);
  });

  it('accepts code that begins with a quoted string but is more than that', () => {
    expect(reason({ code: '"use strict"; return true;' })).toBe('accepted');
    expect(reason({ code: '"a" === "b"' })).toBe('accepted');
  });

  it.each([
    [{ name: '' }, /^name is empty/],
    [{ name: 'x'.repeat(201) }, /^name is longer/],
    [{ name: 5 }, /^name must be a text/],
    [{ id: '' }, /^id is empty/],
  ])('refuses an identity of %j', (identity, expected) => {
    const result = validate({ ...traderRow('t1'), ...identity } as unknown as TraderRow);
    expect(result.ok ? 'accepted' : result.reason).toMatch(expected);
  });

  it('classifies code that does not compile apart from everything else', () => {
    expect(validate(traderRow('t1', { code: 'syntax error' }))).toMatchObject({ errorType: 'compile' });
    expect(validate(traderRow('t1', { minCandles: 0 }))).toMatchObject({ errorType: 'load' });
  });

  it('never throws and never lets an unusable filter through, whatever the database holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.json(), fc.object({ key: fc.constantFrom('code', 'refreshInterval') })),
        (filter) => {
          const result = validate({ ...traderRow('t1'), filter });
          if (!result.ok) return expect(result.reason).not.toBe('');
          expect(typeof result.trader.filter.code).toBe('string');
          expect(result.trader.filter.requiredTimeframes.every(isInterval)).toBe(true);
          expect(result.trader.filter.requiredTimeframes).toContain(result.trader.filter.refreshInterval);
        },
      ),
    );
  });
});

describe('the revision', () => {
  const revision = (row: TraderRow) => {
    const result = validate(row);
    return result.ok ? result.trader.revision : undefined;
  };

  it('does not depend on how the definition was written down', () => {
    const written = traderRow('t1', { minCandles: 1, requiredTimeframes: ['5m', '1m'] });
    const encoded = {
      ...written,
      filter: JSON.stringify({ requiredTimeframes: ['1m', '5m'], ...(written.filter as object) }),
    };
    expect(revision(encoded)).toBe(revision(written));
    expect(revision({ ...written, name: 'Renamed' })).toBe(revision(written));
  });

  it('changes with everything that changes what the filter finds, and is never shared', () => {
    const base = traderRow('t1');
    const others = [
      traderRow('t2'),
      traderRow('t1', { code: 'return false;' }),
      traderRow('t1', { refreshInterval: '5m' }),
      traderRow('t1', { requiredTimeframes: ['5m'] }),
      traderRow('t1', { minCandles: 2 }),
      traderRow('t1', { includeOpenCandle: true }),
    ];
    expect(new Set([base, ...others].map(revision)).size).toBe(7);
  });
});
