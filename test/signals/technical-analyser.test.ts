import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Candle } from '../../src/market/kline';
import { DECISIONS } from '../../src/signals/analysis';
import { TechnicalAnalyser } from '../../src/signals/technical-analyser';
import { assess } from '../../src/signals/technical-assessment';
import { aSignal, BOUNDARY_MS, someCandles } from '../support/signal-fixtures';

const withCloses = (closes: readonly number[]): Candle[] =>
  someCandles(closes.length).map((candle, index) => {
    const close = closes[index] ?? 1;
    const open = closes[index - 1] ?? close;
    return {
      ...candle,
      open,
      close,
      high: Math.max(open, close) * 1.002,
      low: Math.min(open, close) * 0.998,
    };
  });
const series = (count: number, priceAt: (index: number) => number) =>
  withCloses(Array.from({ length: count }, (_, index) => priceAt(index)));

describe('assess', () => {
  it('enters a rising trend after a pullback', () => {
    const rising = series(120, (index) => 100 + index * 0.3 + 3 * Math.sin(index / 4));
    expect(assess(rising).decision).toBe('enter_trade');
  });

  it('calls a falling market with no turn a bad setup', () => {
    const falling = series(120, (index) => 200 - index * 0.8 + Math.sin(index) * 0.3);
    expect(assess(falling).decision).toBe('bad_setup');
  });

  it('calls a market that never moves a bad setup, without a figure that is not one', () => {
    const still = someCandles(120).map((candle) => ({ ...candle, open: 5, high: 5, low: 5, close: 5 }));
    const { decision, technicalIndicators } = assess(still);
    expect(decision).toBe('bad_setup');
    expect(technicalIndicators).toMatchObject({ rsi_14: 50, reward_to_risk: null });
  });

  it('waits, without confidence, when the history is short', () => {
    expect(assess(someCandles(50))).toMatchObject({ decision: 'wait', confidence: 0 });
    expect(assess(someCandles(51)).confidence).toBeGreaterThan(0);
  });

  it('gives levels around the price: support and stop below, resistance and target above', () => {
    const candles = someCandles(120);
    const close = candles.at(-1)?.close ?? 0;
    const { support, resistance, stop, target } = assess(candles).keyLevels;
    expect(support[0]).toBeLessThan(close);
    expect(stop).toBeLessThan(close);
    expect(resistance[0]).toBeGreaterThan(close);
    expect(target).toBeGreaterThan(close);
  });

  it('gives a whole answer for any prices', () => {
    const price = fc.double({ min: 1e-8, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 150 }), (closes) => {
        const { decision, confidence, reasoning, technicalIndicators, keyLevels } = assess(
          withCloses(closes),
        );
        expect(DECISIONS).toContain(decision);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(reasoning).not.toMatch(/NaN|undefined|Infinity/);
        expect(JSON.stringify({ technicalIndicators, keyLevels })).toBe(
          JSON.stringify({ technicalIndicators, keyLevels }, (_, value) =>
            typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value,
          ),
        );
      }),
    );
  });
});

describe('TechnicalAnalyser', () => {
  it('answers the same however much later it is asked', async () => {
    const then = someCandles(100);
    const later = [...then, ...someCandles(10, -3, BOUNDARY_MS)];
    const [early, late] = await Promise.all(
      [then, later].map((candles) =>
        new TechnicalAnalyser({ recentCandles: () => candles }).analyse(aSignal()),
      ),
    );
    expect(late).toEqual(early);
  });

  it('says which candles it misses', async () => {
    const analyser = new TechnicalAnalyser({ recentCandles: () => [] });
    await expect(analyser.analyse(aSignal({ symbol: 'NEWUSDT' }))).rejects.toThrow(
      'no 1m candles of NEWUSDT',
    );
  });
});
