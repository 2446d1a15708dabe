import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { Timeframe } from '../../src/screening/filter-api';
import { compileFilter } from '../../src/screening/filter-source';
import { HELPERS } from '../../src/screening/realm/filter-helpers';
import { BUILT_IN_TRADERS } from '../../src/traders/built-in-traders';
import { validateTrader } from '../../src/traders/validation';

type Candles = readonly { close: number; volume?: number }[];
type Charts = Readonly<Record<string, Candles>>;

function timeframe(interval: string, candles: Candles): Timeframe {
  const column = (of: (candle: Candles[number], index: number) => number) => Float64Array.from(candles, of);
  const close = column((candle) => candle.close);
  const open = column((_, index) => candles[Math.max(0, index - 1)]!.close);
  const volume = column((candle) => candle.volume ?? 100);
  const zero = new Float64Array(candles.length);
  return {
    interval,
    length: candles.length,
    openTime: zero,
    open,
    high: close.map((value, index) => Math.max(value, open[index]!)),
    low: close.map((value, index) => Math.min(value, open[index]!)),
    close,
    volume,
    quoteVolume: zero,
    trades: zero,
    takerBuyBase: zero,
    takerBuyQuote: zero,
  };
}

function validated(name: string) {
  const row = BUILT_IN_TRADERS.find((one) => one.name === name)!;
  const result = validateTrader(row, compileFilter, { maxCandles: 500 });
  if (!result.ok) throw new Error(result.reason);
  return result.trader;
}

function screen(name: string, charts: Charts): unknown {
  const { filter } = validated(name);
  const compiled = compileFilter(filter.code);
  if (!compiled.ok) throw new Error(compiled.message);
  const timeframes = Object.fromEntries(
    filter.requiredTimeframes.map((interval) => [interval, timeframe(interval, charts[interval]!)]),
  );
  for (const { length } of Object.values(timeframes))
    expect(length).toBeGreaterThanOrEqual(filter.minCandles);
  return runInThisContext(compiled.expression)({ last: 100 }, timeframes, HELPERS);
}

const path = (count: number, close: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => ({ close: close(index) }));
const flat = path(60, () => 100);
/** Small swings around a level: no indicator has anything to say. */
const calm = path(60, (index) => 100 + (index % 2 === 0 ? 0.1 : -0.1));
const falling = path(60, (index) => 100 - index * 0.2 + (index % 5 === 0 ? 0.3 : 0));
const rising = path(60, (index) => 100 + index * 0.2 - (index % 5 === 0 ? 0.3 : 0));
const breakout = [...calm.slice(1), { close: 101 }];
const spike = [...calm.slice(1), { close: 100.5, volume: 900 }];
/** Momentum fades, then turns up with the last close. */
const turning = [...path(58, (index) => 130 - 0.02 * index * index), { close: 62 }, { close: 95 }];
const cheap = path(60, () => 50);

describe('the built-in traders', () => {
  it('carry the names and the ids that users’ queries know, for ever', () => {
    expect(BUILT_IN_TRADERS.map(({ id, name }) => `${id} ${name}`)).toEqual([
      '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a01 RSI Oversold',
      '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a02 Momentum Break',
      '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a03 Volume Spike',
      '5b0c3a52-6a0f-4b8e-9c1d-2f6a7e1d0a04 Triple-Indicator',
    ]);
  });

  it('are valid, enabled, and screened every minute, so that a fresh machine shows life', () => {
    for (const row of BUILT_IN_TRADERS) {
      expect(row).toMatchObject({ enabled: true, isBuiltIn: true });
      expect(validated(row.name).filter.refreshInterval).toBe('1m');
    }
  });

  it.each<[string, Charts, RegExp[]]>([
    ['RSI Oversold', { '1m': falling, '5m': falling }, [/^RSI\(14\) on 1m is \d+\.\d, below 30$/, /on 5m/]],
    [
      'Momentum Break',
      { '1m': breakout, '5m': calm },
      [/^close 101 is above the highest high/, /EMA\(20\) on 5m/],
    ],
    ['Volume Spike', { '1m': spike }, [/^volume is 9\.0 times its average/, /closed above its open/]],
    [
      'Triple-Indicator',
      { '1m': turning, '5m': rising, '15m': cheap },
      [/^MACD\(12,26,9\) on 1m crosses above/, /^RSI\(14\) on 5m/, /^close is above SMA\(20\) on 15m/],
    ],
  ])('%s matches what it is named for and says why', (name, charts, conditions) => {
    const result = screen(name, charts) as { match: boolean; conditions: string[] };
    expect(result.match).toBe(true);
    expect(result.conditions).toEqual(conditions.map((pattern) => expect.stringMatching(pattern)));
  });

  it.each(['RSI Oversold', 'Momentum Break', 'Volume Spike', 'Triple-Indicator'])(
    '%s finds nothing, and gives no bad return, in a market that stands still or hardly moves',
    (name) => {
      for (const chart of [flat, calm])
        expect(screen(name, { '1m': chart, '5m': chart, '15m': chart })).toBe(false);
    },
  );
});
