import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as library from 'indicatorts';
import type { Timeframe } from '../../src/screening/filter-api';
import { HELPERS as helpers } from '../../src/screening/realm/filter-helpers';
import { startSymbol } from '../../src/screening/realm/memory-budget';

const n = Number.NaN;
const list = (series: ArrayLike<number>) => Array.from(series);
const rounded = (series: ArrayLike<number>, digits = 4) =>
  list(series).map((value) => (Number.isNaN(value) ? n : Number(value.toFixed(digits))));

function timeframeOf(columns: {
  high: number[];
  low: number[];
  close: number[];
  volume?: number[];
  open?: number[];
}) {
  const { length } = columns.close;
  const column = (values?: number[]) => Float64Array.from(values ?? new Array<number>(length).fill(1));
  return {
    interval: '1m',
    length,
    openTime: Float64Array.from({ length }, (_, index) => index * 60_000),
    open: column(columns.open ?? columns.close),
    high: column(columns.high),
    low: column(columns.low),
    close: column(columns.close),
    volume: column(columns.volume),
    quoteVolume: column(),
    trades: column(),
    takerBuyBase: column(),
    takerBuyQuote: column(),
  } satisfies Timeframe;
}

/** A walk that any indicator has something to say about. */
function walk(length: number) {
  let price = 100;
  const rows = Array.from({ length }, (_, index) => {
    price += Math.sin(index * 1.7) * 2 + Math.cos(index * 0.3);
    return {
      close: price,
      high: price + 1 + (index % 3),
      low: price - 1 - (index % 2),
      volume: 10 + ((index * 7) % 13),
    };
  });
  return timeframeOf({
    close: rows.map((row) => row.close),
    high: rows.map((row) => row.high),
    low: rows.map((row) => row.low),
    volume: rows.map((row) => row.volume),
  });
}

describe('averages', () => {
  it('sma, ema and wma start when their window is full', () => {
    expect(list(helpers.sma([1, 2, 3, 4, 5], 3))).toEqual([n, n, 2, 3, 4]);
    expect(list(helpers.ema([1, 2, 3, 4, 6], 3))).toEqual([n, n, 2, 3, 4.5]);
    expect(rounded(helpers.wma([1, 2, 3, 4], 3))).toEqual([n, n, 2.3333, 3.3333]);
  });

  it('carry on behind the warm-up of the series they are taken of', () => {
    expect(list(helpers.sma([n, n, 2, 4, 6], 2))).toEqual([n, n, n, 3, 5]);
    expect(rounded(helpers.ema([n, 2, 4, 8, 6], 3))).toEqual([n, n, n, 4.6667, 5.3333]);
  });

  it('leave no rest where all values are zero', () => {
    expect(list(helpers.sma([0.1, 0.7, 0, 0, 0], 2)).slice(3)).toEqual([0, 0]);
    expect(
      list(
        helpers.averageVolume(timeframeOf({ close: [1, 1], high: [1, 1], low: [1, 1], volume: [3, 5] }), 2),
      ),
    ).toEqual([n, 4]);
  });

  it('bollinger takes the deviation of the population', () => {
    const { upper, middle, lower } = helpers.bollinger([2, 4, 4, 4, 5, 5, 7, 9], 8, 2);
    expect([upper[7], middle[7], lower[7]]).toEqual([9, 5, 1]);
    expect(middle[6]).toBe(n);
  });

  it('highest and lowest look back over their window', () => {
    expect(list(helpers.highest([3, 1, 2, 5, 4], 3))).toEqual([n, n, 3, 5, 5]);
    expect(list(helpers.lowest([3, 1, 2, 5, 4], 3))).toEqual([n, n, 1, 1, 2]);
  });
});

describe('oscillators', () => {
  /** The example that Wilder's RSI is usually shown with: the first values are 70.53, 66.32, 66.55. */
  const prices = [
    44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931,
    46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
  ];

  it('rsi is Wilder’s', () => {
    const series = rounded(helpers.rsi(prices, 14), 2);
    expect(series.slice(0, 14)).toEqual(new Array(14).fill(n));
    expect(series.slice(14, 20)).toEqual([70.53, 66.32, 66.55, 69.41, 66.36, 57.97]);
  });

  it('rsi is 100 without losses, 0 without gains and 50 without any change', () => {
    const rising = Array.from({ length: 20 }, (_, index) => index);
    expect(helpers.last(helpers.rsi(rising))).toBe(100);
    expect(helpers.last(helpers.rsi(rising.map((value) => -value)))).toBe(0);
    expect(helpers.last(helpers.rsi(rising.map(() => 7)))).toBe(50);
  });

  it('macd is the spread of two averages, its signal an average of that', () => {
    const { macd, signal, histogram } = helpers.macd([1, 2, 3, 4, 5, 7], 2, 3, 2);
    // ema(2) of the last: 4.5 + (7 - 4.5) * 2/3; ema(3): 4 + (7 - 4) / 2
    expect(rounded(macd)).toEqual([n, n, 0.5, 0.5, 0.5, 0.6667]);
    expect(rounded(signal).slice(0, 5)).toEqual([n, n, n, 0.5, 0.5]);
    expect(histogram[5]).toBeCloseTo(macd[5]! - signal[5]!, 12);
  });

  it('macd of a straight line is constant', () => {
    const line = Array.from({ length: 60 }, (_, index) => index);
    expect(helpers.last(helpers.macd(line).macd)).toBeCloseTo(7, 9);
    expect(helpers.last(helpers.macd(line).histogram)).toBeCloseTo(0, 9);
  });

  it('stochastic, williamsR and stochRsi place the value in its range', () => {
    const candles = timeframeOf({ high: [10, 12, 14], low: [8, 9, 10], close: [9, 11, 13] });
    const { k } = helpers.stochastic(candles, 3, 1);
    expect(k[2]).toBeCloseTo(((13 - 8) / (14 - 8)) * 100, 9);
    expect(helpers.williamsR(candles, 3)[2]).toBeCloseTo(k[2]! - 100, 9);
    const strength = helpers.stochRsi(walk(200).close);
    expect(
      list(strength.d)
        .slice(100)
        .every((value) => value >= 0 && value <= 100),
    ).toBe(true);
  });

  it('cci measures in mean deviations of the window', () => {
    const flat = [10, 11, 12, 13, 20];
    const candles = timeframeOf({ high: flat, low: flat, close: flat });
    const mean = 66 / 5;
    const deviation = flat.reduce((sum, value) => sum + Math.abs(value - mean), 0) / 5;
    expect(helpers.cci(candles, 5)[4]).toBeCloseTo((20 - mean) / (0.015 * deviation), 9);
  });

  it('rateOfChange is in per cent', () => {
    expect(list(helpers.rateOfChange([100, 110, 121], 1))).toEqual([n, 10, 10]);
  });
});

describe('trend', () => {
  it('atr starts as the mean true range and goes on by Wilder', () => {
    const candles = timeframeOf({ high: [10, 11, 15, 12], low: [8, 9, 13, 11], close: [9, 10, 14, 11.5] });
    expect(rounded(helpers.atr(candles, 2))).toEqual([n, 2, 3.5, 3.25]);
  });

  it('adx of a steady rise is 100, with no falling part', () => {
    const rise = Array.from({ length: 60 }, (_, index) => 100 + index);
    const { adx, plusDi, minusDi } = helpers.adx(
      timeframeOf({ close: rise, high: rise.map((value) => value + 1), low: rise.map((value) => value - 1) }),
    );
    expect(helpers.last(adx)).toBeCloseTo(100, 9);
    expect(helpers.last(plusDi)).toBeCloseTo(50, 9);
    expect(helpers.last(minusDi)).toBe(0);
    expect(list(adx).findIndex((value) => !Number.isNaN(value))).toBe(27);
  });
});

describe('volume', () => {
  const candles = timeframeOf({
    close: [10, 12, 11, 11],
    high: [10, 12, 11, 11],
    low: [10, 12, 11, 11],
    volume: [5, 7, 3, 4],
  });

  it('obv, pvi and mfi follow volume with price', () => {
    expect(list(helpers.obv(candles))).toEqual([0, 7, 4, 4]);
    expect(list(helpers.pvi(candles))).toEqual([1000, 1200, 1200, 1200]);
    expect(helpers.mfi(candles, 2)[2]).toBeCloseTo((84 / (84 + 33)) * 100, 9);
  });

  it('vwap weighs by volume, over all candles or the last few', () => {
    expect(helpers.vwap(candles)[1]).toBeCloseTo((50 + 84) / 12, 9);
    expect(list(helpers.vwap(candles, 2))[3]).toBeCloseTo(11, 9);
    const silent = timeframeOf({ close: [1, 1], high: [1, 1], low: [1, 1], volume: [0, 0] });
    expect(list(helpers.vwap(silent))).toEqual([n, n]);
  });
});

describe('patterns', () => {
  it('engulfing needs the newer body to cover the older', () => {
    const of = (open: number[], close: number[]) =>
      helpers.engulfing(timeframeOf({ open, close, high: close, low: open }));
    expect(of([10, 8], [9, 11])).toBe('bullish');
    expect(of([9, 11], [10, 8])).toBe('bearish');
    expect(of([10, 9.5], [9, 9.8])).toBeNull();
  });

  it('crossings look at the last two values', () => {
    expect(helpers.crossedAbove([1, 3], [2, 2])).toBe(true);
    expect(helpers.crossedAbove([3, 4], 2)).toBe(false);
    expect(helpers.crossedBelow([3, 1], 2)).toBe(true);
    expect(helpers.crossedAbove([n, 3], 2)).toBe(false);
    expect(helpers.crossedAbove([], 2)).toBe(false);
  });

  it('divergence compares lows with lows and highs with highs', () => {
    expect(helpers.divergence([5, 3, 5, 5, 2, 4], [50, 20, 50, 50, 30, 40], 6)).toBe('bullish');
    expect(helpers.divergence([5, 7, 5, 5, 8, 6], [50, 80, 50, 50, 70, 60], 6)).toBe('bearish');
    expect(helpers.divergence([5, 3, 5, 5, 2, 4], [50, 20, 50, 50, 10, 40], 6)).toBeNull();
    const { close } = walk(60);
    expect(helpers.rsiDivergence(close, 5, 40)).toBe(helpers.divergence(close, helpers.rsi(close, 5), 40));
  });

  it('last counts from the newest', () => {
    expect([helpers.last([1, 2, 3]), helpers.last([1, 2, 3], 2), helpers.last([1], 5)]).toEqual([3, 1, n]);
  });

  it('toTuples gives the exchange’s twelve fields', () => {
    const [, tuple] = helpers.toTuples(
      timeframeOf({ open: [1, 1.5], high: [2, 2.5], low: [0.5, 1], close: [1.5, 2] }),
    );
    expect(tuple).toEqual([60_000, '1.5', '2.5', '1', '2', '1', 119_999, '1', 1, '1', '1', '0']);
  });
});

describe('against an independent library, behind its warm-up', () => {
  const candles = walk(400);
  const close = list(candles.close);
  const same = (ours: ArrayLike<number>, theirs: ArrayLike<number>, from = 300) => {
    for (let index = from; index < theirs.length; index++) expect(ours[index]).toBeCloseTo(theirs[index]!, 6);
  };

  it('agrees where the definitions do', () => {
    const [high, low, volume] = [list(candles.high), list(candles.low), list(candles.volume)];
    same(helpers.sma(close, 20), library.sma(close, { period: 20 }), 19);
    same(helpers.ema(close, 12), library.ema(close, { period: 12 }));
    same(helpers.rsi(close, 14), library.rsi(close, { period: 14 }), 399);
    same(helpers.macd(close).macd, library.macd(close).macdLine);
    same(helpers.bollinger(close, 20).upper, library.bb(close, { period: 20 }).upper, 19);
    same(helpers.obv(candles), library.obv(close, volume), 0);
    same(helpers.stochastic(candles).k, library.stoch(high, low, close).k, 20);
    same(helpers.williamsR(candles), library.willr(high, low, close), 20);
    same(helpers.highest(close, 9), library.mmax(close, { period: 9 }), 9);
  });
});

describe('any input', () => {
  it('gives series of the source’s length and bounded oscillators', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { maxLength: 120 }), (values) => {
        startSymbol();
        const strength = helpers.rsi(values, 5);
        expect(strength.length).toBe(values.length);
        expect(list(strength).every((value) => Number.isNaN(value) || (value >= 0 && value <= 100))).toBe(
          true,
        );
        expect(helpers.sma(values, 7).length).toBe(values.length);
        expect(helpers.macd(values).histogram.length).toBe(values.length);
      }),
    );
  });

  it.each([0, -1, 1.5, n, Number.POSITIVE_INFINITY])('refuses the period %p', (period) => {
    expect(() => helpers.sma([1, 2, 3], period)).toThrow('a period must be a whole number of at least 1');
  });
});
