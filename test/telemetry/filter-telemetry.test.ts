import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ExecutionOutcome, FilterTelemetry } from '../../src/telemetry/filter-telemetry';
import { EXECUTION_ERROR_TYPES, SKIP_REASONS, type SkipReason } from '../../src/telemetry/label-values';
import { traderLabels } from '../../src/telemetry/trader-labels';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { testMeter } from '../support/metrics';

const labels = traderLabels({ id: 't1', name: 'RSI Oversold' });
const skipped = (counts: Partial<Record<SkipReason, number>> = {}) => ({
  no_data: 0,
  insufficient_history: 0,
  stale_data: 0,
  error: 0,
  bad_return: 0,
  ...counts,
});

function started() {
  const page = testMeter();
  const telemetry = new FilterTelemetry(page.meter, new TraderTelemetry(page.meter));
  telemetry.traderAdded(labels);
  return { page, telemetry };
}

const outcome = fc.record({
  durationSeconds: fc.double({ min: 0, max: 100, noNaN: true }),
  endedAtSeconds: fc.integer({ min: 1, max: 2e9 }),
  evaluated: fc.nat(500),
  skipped: fc.record(Object.fromEntries(SKIP_REASONS.map((reason) => [reason, fc.nat(50)]))) as fc.Arbitrary<
    Record<SkipReason, number>
  >,
  dataAgeSeconds: fc.option(fc.double({ min: -5, max: 1e5, noNaN: true })),
  screening: fc.option(fc.record({ newMatches: fc.nat(50), continuingMatches: fc.nat(50) })),
  errorType: fc.constantFrom(...EXECUTION_ERROR_TYPES),
}) as fc.Arbitrary<ExecutionOutcome>;

describe('FilterTelemetry', () => {
  it('shows a trader at zero before its first execution, histograms included', async () => {
    const { page } = started();
    expect(await page.value('trader_executions_total', labels.id)).toBe(0);
    expect(await page.value('trader_screenings_total', labels.named)).toBe(0);
    expect(await page.value('trader_execution_duration_seconds', labels.id)).toBe(0);
    expect(await page.value('trader_execution_time_ms', labels.named)).toBe(0);
    expect((await page.series('trader_execution_errors_total')).length).toBe(EXECUTION_ERROR_TYPES.length);
    expect((await page.series('trader_symbols_skipped_total')).length).toBe(SKIP_REASONS.length);
  });

  it('keeps executions = screenings + errors and matches = new + continuing for any run of outcomes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 20 }), async (outcomes) => {
        const { page, telemetry } = started();
        for (const one of outcomes) telemetry.executionEnded(labels, one);
        const sum = async (name: string) =>
          (await page.series(name)).reduce((total, { value }) => total + value, 0);
        const executions =
          (await sum('trader_screenings_total')) + (await sum('trader_execution_errors_total'));
        expect(await sum('trader_executions_total')).toBe(outcomes.length);
        expect(executions).toBe(outcomes.length);
        expect(await sum('trader_errors_total')).toBe(await sum('trader_execution_errors_total'));
        const last = outcomes.filter((one) => one.screening !== null).at(-1)?.screening ?? {
          newMatches: 0,
          continuingMatches: 0,
        };
        expect(await sum('trader_new_matches')).toBe(last.newMatches);
        expect(await sum('trader_continuing_matches')).toBe(last.continuingMatches);
      }),
      { numRuns: 50 },
    );
  });

  it('watching = evaluated + skipped of the last cycle', async () => {
    const { page, telemetry } = started();
    const screening = { newMatches: 1, continuingMatches: 2 };
    const rest = {
      durationSeconds: 0.002,
      endedAtSeconds: 5,
      dataAgeSeconds: -1,
      screening,
      errorType: null,
    };
    telemetry.executionEnded(labels, {
      ...rest,
      evaluated: 90,
      skipped: skipped({ stale_data: 7, error: 3 }),
    });
    expect(await page.value('trader_symbols_watching', labels.id)).toBe(100);
    expect(await page.value('trader_symbols_skipped_total', { ...labels.id, reason: 'stale_data' })).toBe(7);
    expect(await page.value('trader_last_execution_timestamp_seconds', labels.id)).toBe(5);
    expect(await page.value('trader_data_age_seconds', labels.id)).toBe(1);
  });

  it('takes the gauges of a deleted trader off the page, and keeps those of a renamed one', async () => {
    const { page, telemetry } = started();
    const screening = { newMatches: 1, continuingMatches: 2 };
    const rest = { durationSeconds: 0.1, endedAtSeconds: 5, dataAgeSeconds: 1, screening, errorType: null };
    telemetry.executionEnded(labels, { ...rest, evaluated: 3, skipped: skipped() });
    const renamed = traderLabels({ id: 't1', name: 'RSI Very Oversold' });
    telemetry.traderAdded(renamed);
    expect(await page.value('trader_continuing_matches', renamed.named)).toBe(2);
    telemetry.traderRemoved('t1');
    telemetry.executionEnded(labels, { ...rest, evaluated: 3, skipped: skipped() });
    expect(await page.value('trader_executions_total', labels.id)).toBe(2);
    expect(await page.series('trader_symbols_watching')).toEqual([]);
  });
});
