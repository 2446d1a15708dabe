import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MatchMemory } from '../../src/screening/match-memory';
import { BOUNDARY_MS, MINUTE_MS } from '../support/screening';

const trader = { id: 't1', revision: 'r1' };
const memoryAt = (nowMs = BOUNDARY_MS) => new MatchMemory(() => nowMs);
const last = (boundaryMs: number, symbols: string[], revision = 'r1') => ({
  traderId: 't1',
  revision,
  interval: '1m' as const,
  boundaryMs,
  symbols,
});

describe('MatchMemory', () => {
  it('calls a match new when the symbol did not match in the screening before, else continuing', () => {
    const memory = memoryAt();
    expect(memory.screened(trader, ['A', 'B'], [])).toEqual({ fresh: ['A', 'B'], continuing: [] });
    expect(memory.screened(trader, ['B', 'C'], [])).toEqual({ fresh: ['C'], continuing: ['B'] });
    expect(memory.screened(trader, ['A'], [])).toEqual({ fresh: ['A'], continuing: [] });
  });

  it('keeps the state of a symbol without verdict, over as many screenings as it takes', () => {
    const memory = memoryAt();
    memory.screened(trader, ['A'], []);
    memory.screened(trader, [], ['A', 'B']);
    memory.screened(trader, [], ['A']);
    expect(memory.screened(trader, ['A', 'B'], [])).toEqual({ fresh: ['B'], continuing: ['A'] });
  });

  it('starts afresh for a changed filter and for a trader that was forgotten', () => {
    const memory = memoryAt();
    memory.screened(trader, ['A'], []);
    expect(memory.screened({ id: 't1', revision: 'r2' }, ['A'], []).fresh).toEqual(['A']);
    memory.forget('t1');
    expect(memory.screened({ id: 't1', revision: 'r2' }, ['A'], []).fresh).toEqual(['A']);
  });

  it('keeps traders apart', () => {
    const memory = memoryAt();
    memory.screened(trader, ['A'], []);
    expect(memory.screened({ id: 't2', revision: 'r1' }, ['A'], []).fresh).toEqual(['A']);
  });

  it.each([
    ['the last boundary', 0, 'r1', []],
    ['two intervals ago', 2, 'r1', []],
    ['three intervals ago', 3, 'r1', ['A']],
    ['another revision', 0, 'r0', ['A']],
  ])('after a restart goes on from %s only if that still says something', (_when, ago, revision, fresh) => {
    const memory = memoryAt(BOUNDARY_MS + 30_000);
    memory.restore([last(BOUNDARY_MS - ago * MINUTE_MS, ['A'], revision)]);
    expect(memory.screened(trader, ['A'], []).fresh).toEqual(fresh);
  });

  it('agrees with a plain account of every symbol, whatever comes', () => {
    const verdict = fc.constantFrom('match', 'no_match', 'undecided');
    const cycles = fc.array(fc.array(verdict, { minLength: 5, maxLength: 5 }), { maxLength: 20 });
    fc.assert(
      fc.property(cycles, (history) => {
        const memory = memoryAt();
        const matched = new Set<string>();
        for (const verdicts of history) {
          const of = (wanted: string) => [...'ABCDE'].filter((_, index) => verdicts[index] === wanted);
          const { fresh, continuing } = memory.screened(trader, of('match'), of('undecided'));
          expect(fresh).toEqual(of('match').filter((symbol) => !matched.has(symbol)));
          expect([...fresh, ...continuing].sort()).toEqual(of('match'));
          for (const symbol of of('match')) matched.add(symbol);
          for (const symbol of of('no_match')) matched.delete(symbol);
        }
      }),
    );
  });
});
