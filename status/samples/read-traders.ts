import { type Distribution, distributionsBy, EMPTY } from './distribution';
import type { Page } from './page';
import type { TraderReading } from './reading';

const TRADER = 'trader_id';

/** Every trader the page knows, live or leaving. */
export function readTraders(page: Page): Map<string, TraderReading> {
  const columns = columnsOf(page);
  const ids = new Set([...columns.live.keys(), ...Object.keys(columns.executions), ...columns.errors.keys()]);
  return new Map([...ids].map((id) => [id, traderOf(id, columns)]));
}

type Columns = ReturnType<typeof columnsOf>;

function columnsOf(page: Page) {
  return {
    live: levels(page, 'trader_new_matches', 'trader_symbols_watching'),
    names: namesOf(page),
    executions: page.sumBy('trader_executions_total', TRADER),
    screenings: page.sumBy('trader_screenings_total', TRADER),
    evaluated: page.sumBy('trader_symbols_evaluated_total', TRADER),
    matches: page.sumBy('trader_matches_total', TRADER),
    signals: page.sumBy('trader_signals_total', TRADER),
    persisted: page.sumBy('signals_persisted_total', TRADER),
    skipped: countsBy(page, 'trader_symbols_skipped_total', 'reason'),
    executionErrors: countsBy(page, 'trader_execution_errors_total', 'error_type'),
    persistErrors: countsBy(page, 'signal_persist_errors_total', 'error_type'),
    errors: countsBy(page, 'trader_errors_total', 'error_type'),
    watching: page.sumBy('trader_symbols_watching', TRADER),
    newMatches: page.sumBy('trader_new_matches', TRADER),
    continuing: page.sumBy('trader_continuing_matches', TRADER),
    lastExecution: page.sumBy('trader_last_execution_timestamp_seconds', TRADER),
    durationSeconds: distributionsBy(page, 'trader_execution_duration_seconds', TRADER),
    dataAgeSeconds: distributionsBy(page, 'trader_data_age_seconds', TRADER),
  };
}

function traderOf(id: string, columns: Columns): TraderReading {
  const { names, skipped, executionErrors, persistErrors, errors } = columns;
  return {
    id,
    name: names.get(id) ?? id,
    live: columns.live.has(id),
    executions: columns.executions[id] ?? 0,
    screenings: columns.screenings[id] ?? 0,
    evaluated: columns.evaluated[id] ?? 0,
    matches: columns.matches[id] ?? 0,
    signals: columns.signals[id] ?? 0,
    persisted: columns.persisted[id] ?? 0,
    skipped: skipped.get(id) ?? {},
    executionErrors: executionErrors.get(id) ?? {},
    persistErrors: persistErrors.get(id) ?? {},
    errors: errors.get(id) ?? {},
    watching: columns.watching[id] ?? null,
    newMatches: columns.newMatches[id] ?? null,
    continuing: columns.continuing[id] ?? null,
    lastExecutionSeconds: columns.lastExecution[id] || null,
    durationSeconds: distribution(columns.durationSeconds, id),
    dataAgeSeconds: distribution(columns.dataAgeSeconds, id),
  };
}

function distribution(column: ReadonlyMap<string, Distribution>, id: string): Distribution {
  return column.get(id) ?? EMPTY;
}

function levels(page: Page, ...metrics: readonly string[]): Map<string, true> {
  const ids = metrics.flatMap((name) => page.samples(name).map(({ labels }) => labels[TRADER] ?? ''));
  return new Map(ids.filter((id) => id !== '').map((id) => [id, true]));
}

/** A renamed trader's counters keep the old name beside the new one: its level has the new one alone. */
function namesOf(page: Page): Map<string, string> {
  const names = new Map<string, string>();
  for (const metric of ['trader_screenings_total', 'trader_new_matches'])
    for (const { labels } of page.samples(metric)) names.set(labels[TRADER] ?? '', labels.trader_name ?? '');
  return new Map([...names].filter(([id, name]) => id !== '' && name !== ''));
}

/** Trader → counts by a second label; zeros are left out. */
function countsBy(page: Page, name: string, label: string): Map<string, Record<string, number>> {
  const counts = new Map<string, Record<string, number>>();
  for (const { labels, value } of page.samples(name)) {
    const id = labels[TRADER] ?? '';
    const known = counts.get(id) ?? {};
    counts.set(id, known);
    if (value !== 0) known[labels[label] ?? ''] = (known[labels[label] ?? ''] ?? 0) + value;
  }
  return counts;
}
