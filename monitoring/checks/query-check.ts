import { checkExpression, labelsOf, violationLine } from '../promql/check-expression';
import type { Place } from '../promql/violation';
import { RECORDINGS } from '../rules/recordings';
import { EXCEPTIONS, type Exception } from './exceptions';
import type { LocatedQuery } from './located-query';

const RECORDED = new Map(RECORDINGS.map(({ record, expr }) => [record, labelsOf(expr)]));

/** One line per violation that no exception covers, and per exception that covers nothing. */
export function queryViolations(
  queries: readonly LocatedQuery[],
  exceptions: readonly Exception[] = EXCEPTIONS,
): string[] {
  const used = new Set<Exception>();
  const lines = queries.flatMap(({ place, where, expression }) =>
    checkExpression(expression, { place, recorded: RECORDED })
      .filter(({ rule }) => {
        const granted = exceptions.find((one) => one.rule === rule && one.where === where);
        if (granted !== undefined) used.add(granted);
        return granted === undefined;
      })
      .map((violation) => `${PLACES[place]} ${where}: ${violationLine(violation, expression)}`),
  );
  const stale = exceptions.filter((one) => !used.has(one));
  return [...lines, ...stale.map(({ rule, where }) => `exception: ${where} does not break the rule ${rule}`)];
}

const PLACES: Readonly<Record<Place, string>> = {
  panel: 'dashboard',
  alert: 'alert',
  record: 'recording rule',
  runbook: 'runbook',
};
