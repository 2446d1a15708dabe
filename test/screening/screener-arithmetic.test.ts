import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VERDICTS, type Verdict } from '../../src/screening/messages';
import {
  BOUNDARY_MS,
  compileError,
  evaluated,
  failedRun,
  MINUTE_MS,
  screeningBench,
} from '../support/screening';
import { trader } from '../support/traders';

const SYMBOLS = ['A', 'B', 'C', 'D', 'E'];
const TRADERS = ['t1', 't2', 't3'];

type Run =
  | { readonly kind: 'verdicts'; readonly verdicts: readonly Verdict[] }
  | { readonly kind: 'timeout' | 'crash' | 'compile' | 'refused' | 'removed' };

const verdicts = fc
  .array(fc.constantFrom(...VERDICTS), { minLength: SYMBOLS.length, maxLength: SYMBOLS.length })
  .map((list): Run => ({ kind: 'verdicts', verdicts: list }));
const failure = fc
  .constantFrom('timeout', 'crash', 'compile', 'refused', 'removed')
  .map((kind): Run => ({ kind }) as Run);
const cycle = fc.tuple(...TRADERS.map(() => fc.oneof({ weight: 3, arbitrary: verdicts }, failure)));

function answer(run: Run) {
  if (run.kind === 'verdicts') return evaluated(run.verdicts);
  if (run.kind === 'compile') return compileError('Unexpected token');
  if (run.kind === 'refused') throw new Error('refused');
  return failedRun(run.kind === 'crash' ? 'worker_crash' : 'timeout', 'gone');
}

/** Runs the history; a removed trader is gone while its filter runs and back for the next cycle. */
async function play(history: readonly (readonly Run[])[]) {
  const bench = screeningBench(
    TRADERS.map((id) => trader(id)),
    SYMBOLS,
  );
  const kept = bench.registry.all().map((live) => live.trader);
  let boundaryMs = BOUNDARY_MS;
  for (const runs of history) {
    TRADERS.forEach((id, index) => {
      const run = runs[index]!;
      bench.pool.answers.set(id, () => {
        if (run.kind === 'removed')
          bench.registry.replaceAll(
            bench.registry
              .all()
              .map((live) => live.trader)
              .filter((one) => one.id !== id),
          );
        return answer(run);
      });
    });
    boundaryMs += MINUTE_MS;
    await bench.screener.runCycle('1m', boundaryMs);
    bench.registry.replaceAll(kept);
  }
  return bench;
}

async function sums(page: Awaited<ReturnType<typeof play>>['page'], name: string) {
  const byTrader = new Map<string, number>();
  for (const { labels, value } of await page.series(name)) {
    const id = String(labels.trader_id);
    byTrader.set(id, (byTrader.get(id) ?? 0) + value);
  }
  return (id: string) => byTrader.get(id) ?? 0;
}

describe('the arithmetic of the page, whatever filters, workers and users do', () => {
  it('executions = screenings + errors; watching = evaluated + skipped; a signal for each new match', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cycle, { maxLength: 8 }), async (history) => {
        const { page, signals, records } = await play(history);
        const [executions, screenings, errors] = await Promise.all(
          ['trader_executions_total', 'trader_screenings_total', 'trader_execution_errors_total'].map(
            (name) => sums(page, name),
          ),
        );
        const [evaluatedSymbols, skipped, matches, created, watching] = await Promise.all(
          [
            'trader_symbols_evaluated_total',
            'trader_symbols_skipped_total',
            'trader_matches_total',
            'trader_signals_total',
            'trader_symbols_watching',
          ].map((name) => sums(page, name)),
        );
        for (const id of TRADERS) {
          const own = records.filter((record) => record.traderId === id);
          const sum = (of: (record: (typeof own)[number]) => number) =>
            own.reduce((total, record) => total + of(record), 0);
          expect(executions!(id)).toBe(
            history.filter((runs) => runs[TRADERS.indexOf(id)]!.kind !== 'removed').length,
          );
          expect(executions!(id)).toBe(screenings!(id) + errors!(id));
          expect(evaluatedSymbols!(id) + skipped!(id)).toBe(executions!(id) * SYMBOLS.length);
          // A trader that comes back starts at zero until its next execution.
          if (own.at(-1)?.boundaryMs === BOUNDARY_MS + history.length * MINUTE_MS)
            expect(watching!(id)).toBe(SYMBOLS.length);
          expect(matches!(id)).toBe(sum((record) => record.newMatches + record.continuingMatches));
          expect(created!(id)).toBe(sum((record) => record.newMatches));
          expect(signals.filter((signal) => signal.traderId === id)).toHaveLength(created!(id));
          for (const record of own)
            expect(record.newMatches + record.continuingMatches).toBe(record.matchedSymbols.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives an execution an error exactly when no symbol could be evaluated', async () => {
    await fc.assert(
      fc.asyncProperty(verdicts, async (run) => {
        const { records } = await play([[run, run, run]]);
        for (const record of records) expect(record.errorType === null).toBe(record.evaluated > 0);
      }),
      { numRuns: 60 },
    );
  });
});
