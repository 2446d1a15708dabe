import { type ContractMetric, contract } from './contract';
import type { Family } from './exposition';

/** Metrics of the Node runtime and its process, which come beside the contract's. */
const RUNTIME = /^(nodejs|v8js|process_(uncaught|resident|cpu)|jvm)_/;

/**
 * Holds a page against the contract in both directions.
 * @param happened metrics with `when: occurrence` that must be on this page because their event took place
 * @returns one sentence per violation
 */
export function contractProblems(
  page: ReadonlyMap<string, Family>,
  happened: ReadonlySet<string> = new Set(),
): string[] {
  const agreed = contract();
  const names = new Set(agreed.map(({ name }) => name));
  const foreign = [...page.keys()].filter((name) => !names.has(name) && !RUNTIME.test(name));
  return [
    ...foreign.map((name) => `${name} is on the page and not in the contract`),
    ...agreed
      .filter(({ when }) => when !== 'tracing')
      .flatMap((metric) => problemsOf(metric, page.get(metric.name), happened)),
  ];
}

function problemsOf(
  metric: ContractMetric,
  family: Family | undefined,
  happened: ReadonlySet<string>,
): string[] {
  const expected = metric.when !== 'occurrence' || happened.has(metric.name);
  if (family === undefined || family.samples.length === 0)
    return expected ? [`${metric.name} is not on the page`] : [];
  return [
    ...(family.type === metric.type ? [] : [`${metric.name} has type ${family.type}, not ${metric.type}`]),
    ...(family.help ? [] : [`${metric.name} has no HELP`]),
    ...labelProblems(metric, family),
    ...(metric.when === 'always' ? missingClosedValues(metric, family) : []),
    ...bucketProblems(metric, family),
  ];
}

const own = (labels: Record<string, string>) =>
  Object.keys(labels)
    .filter((label) => label !== 'le')
    .sort();

function labelProblems(metric: ContractMetric, family: Family): string[] {
  const labels = [...metric.labels].sort().join();
  const wrong = family.samples.filter((sample) => own(sample.labels).join() !== labels);
  const strange = family.samples.flatMap((sample) =>
    Object.entries(metric.closed)
      .filter(([label, values]) => !values.includes(sample.labels[label] ?? ''))
      .map(([label]) => `${metric.name}{${label}="${sample.labels[label]}"} is not a closed value`),
  );
  return [
    ...wrong
      .slice(0, 1)
      .map((sample) => `${metric.name} has labels {${own(sample.labels)}}, not {${labels}}`),
    ...new Set(strange),
  ];
}

function missingClosedValues(metric: ContractMetric, family: Family): string[] {
  return Object.entries(metric.closed).flatMap(([label, values]) =>
    values
      .filter((value) => !family.samples.some((sample) => sample.labels[label] === value))
      .map((value) => `${metric.name}{${label}="${value}"} is not on the page`),
  );
}

function bucketProblems(metric: ContractMetric, family: Family): string[] {
  if (metric.buckets === undefined) return [];
  const bounds = new Set(
    family.samples.filter(({ name }) => name.endsWith('_bucket')).map(({ labels }) => Number(labels.le)),
  );
  const finite = [...bounds].filter(Number.isFinite).sort((a, b) => a - b);
  return finite.join() === metric.buckets.join() ? [] : [`${metric.name} has buckets ${finite}`];
}

/** The arithmetic that must hold on any page. @returns one sentence per violation */
export function arithmeticProblems(page: ReadonlyMap<string, Family>): string[] {
  const sum = (name: string, labels: Record<string, string> = {}) =>
    (page.get(name)?.samples ?? [])
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((total, { value }) => total + value, 0);
  const traders = (page.get('trader_executions_total')?.samples ?? []).map(({ labels }) => ({
    trader_id: labels.trader_id ?? '',
  }));
  const unequal = (left: number, right: number, what: string) =>
    left === right ? [] : [`${what}: ${left} ≠ ${right}`];
  return [
    ...traders.flatMap((trader) => [
      ...unequal(
        sum('trader_executions_total', trader),
        sum('trader_screenings_total', trader) + sum('trader_execution_errors_total', trader),
        `executions = screenings + errors of ${trader.trader_id}`,
      ),
      ...unequal(
        sum('trader_signals_total', trader),
        sum('signals_generated_total', trader),
        `signals of ${trader.trader_id}`,
      ),
    ]),
    ...unequal(
      sum('signals_generated_total'),
      sum('signals_persisted_total') +
        sum('sync_queue_depth', { queue_type: 'signals' }) +
        sum('signals_dropped_total'),
      'generated = persisted + queued + dropped',
    ),
  ];
}

/**
 * What must hold between two scrapes for each trader that ran exactly once in between.
 * @returns one sentence per violation
 */
export function cycleProblems(
  before: ReadonlyMap<string, Family>,
  after: ReadonlyMap<string, Family>,
): string[] {
  const of = (page: ReadonlyMap<string, Family>, name: string, trader: string) =>
    (page.get(name)?.samples ?? [])
      .filter(({ labels }) => labels.trader_id === trader)
      .reduce((sum, { value }) => sum + value, 0);
  const traders = (after.get('trader_symbols_watching')?.samples ?? []).map(
    ({ labels }) => labels.trader_id ?? '',
  );
  return traders.flatMap((trader) => {
    const more = (name: string) => of(after, name, trader) - of(before, name, trader);
    if (more('trader_executions_total') !== 1) return [];
    const seen = more('trader_symbols_evaluated_total') + more('trader_symbols_skipped_total');
    const watching = of(after, 'trader_symbols_watching', trader);
    const matching = of(after, 'trader_new_matches', trader) + of(after, 'trader_continuing_matches', trader);
    const screened = more('trader_screenings_total') === 1;
    return [
      ...(seen === watching ? [] : [`watching = evaluated + skipped of ${trader}: ${watching} ≠ ${seen}`]),
      ...(!screened || matching === more('trader_matches_total')
        ? []
        : [`new + continuing = matches of ${trader}: ${matching} ≠ ${more('trader_matches_total')}`]),
    ];
  });
}
