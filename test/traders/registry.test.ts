import { beforeEach, describe, expect, it } from '@jest/globals';
import { TraderRegistry } from '../../src/traders/registry';
import { trader } from '../support/traders';

let registry: TraderRegistry;
let changes: string[];

beforeEach(() => {
  registry = new TraderRegistry();
  changes = [];
  registry.onChange(({ kind, trader: { id } }) => changes.push(`${kind} ${id}`));
});

describe('TraderRegistry', () => {
  it('tells which traders came, changed and went, and nothing about the others', () => {
    registry.replaceAll([trader('a'), trader('b'), trader('c')]);
    expect(changes.splice(0)).toEqual(['added a', 'added b', 'added c']);
    registry.replaceAll([trader('a'), trader('b', { code: 'return false;' }), trader('d')]);
    expect(changes.splice(0)).toEqual(['removed c', 'changed b', 'added d']);
    registry.replaceAll(registry.all().map((live) => live.trader));
    expect(changes).toEqual([]);
  });

  it('shows a listener the whole new set, not a half of it', () => {
    const seen: number[] = [];
    registry.onChange(() => seen.push(registry.size));
    registry.replaceAll([trader('a'), trader('b')]);
    expect(seen).toEqual([2, 2]);
  });

  it('keeps a trader’s attribute objects while its name stays', () => {
    registry.replaceAll([trader('a')]);
    const before = registry.get('a')?.labels;
    registry.replaceAll([trader('a', { minCandles: 9 })]);
    expect(registry.get('a')?.labels).toBe(before);
    registry.replaceAll([trader('a', { minCandles: 9 }, 'Renamed')]);
    expect(registry.get('a')?.labels.named).toEqual({ trader_id: 'a', trader_name: 'Renamed' });
    expect(changes.at(-1)).toBe('changed a');
  });

  it('knows the intervals in use: where cycles run, what they read, and 1m always', () => {
    expect([...registry.intervals()]).toEqual(['1m']);
    registry.replaceAll([
      trader('a', { refreshInterval: '1h', requiredTimeframes: ['5m', '1h'] }),
      trader('b', { refreshInterval: '5m' }),
    ]);
    expect(registry.refreshIntervals()).toEqual(new Set(['5m', '1h']));
    expect(registry.intervals()).toEqual(new Set(['1m', '5m', '1h']));
    expect(registry.timeframesOf('1h')).toEqual(new Set(['5m', '1h']));
    expect(registry.timeframesOf('4h').size).toBe(0);
    expect(registry.tradersOf('5m').map((live) => live.trader.id)).toEqual(['b']);
  });

  it('says when a trader’s series have yet to be put on the page: added or renamed, not merely changed', () => {
    const relabelled: boolean[] = [];
    registry.onChange((change) => relabelled.push(change.relabelled));
    registry.replaceAll([trader('a')]);
    registry.replaceAll([trader('a', { minCandles: 9 })]);
    registry.replaceAll([trader('a', { minCandles: 9 }, 'Renamed')]);
    registry.replaceAll([]);
    expect(relabelled).toEqual([true, false, true, false]);
  });

  it('stops telling a listener that has left', () => {
    const leave = registry.onChange(() => changes.push('heard'));
    leave();
    registry.replaceAll([trader('a')]);
    expect(changes).toEqual(['added a']);
  });
});
