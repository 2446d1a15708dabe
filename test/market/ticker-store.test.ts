import { describe, expect, it } from '@jest/globals';
import { TickerStore } from '../../src/market/ticker-store';

const ticker = (eventTimeMs: number, last = 2) => ({
  ...{ symbol: 'AUSDT', eventTimeMs, last, open: 1, high: 3, low: 1, volume: 4, quoteVolume: 5 },
});

describe('the ticker store', () => {
  it('keeps the newest figures, counts updates, and drops what is older or not subscribed', () => {
    const store = new TickerStore(2);
    store.add('AUSDT', 1);
    store.seed(ticker(5));
    expect([store.apply(ticker(10, 7)), store.apply(ticker(10)), store.apply(ticker(9))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(store.apply({ ...ticker(10), symbol: 'BUSDT' })).toBe(false);
    expect([...store.series()]).toMatchObject([{ labels: { symbol: 'AUSDT' }, updates: 1 }]);
    expect([...new Float64Array(store.table.columns).slice(7)]).toEqual([10, 7, 1, 3, 1, 4, 5]);
  });

  it('clears a slot whose symbol left, and leaves its revision even', () => {
    const store = new TickerStore(1);
    store.add('AUSDT', 0);
    store.apply(ticker(1));
    store.remove('AUSDT');
    expect([...new Float64Array(store.table.columns)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(new Int32Array(store.table.header)[0]! % 2).toBe(0);
    expect([...store.series()]).toEqual([]);
  });
});
