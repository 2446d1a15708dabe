import type { RuleName } from '../promql/violation';

export interface Exception {
  readonly rule: RuleName;
  /** As `LocatedQuery.where` has it. */
  readonly where: string;
  readonly reason: string;
}

const SAME_SCRAPE = 'levels of one scrape of one machine are exact, which increases are not';
const OWN_PROMETHEUS = 'holds where Prometheus itself scrapes; on Fly, without jobs, it is silent';

/** Rules that a query breaks on purpose. One that is not needed any more fails the check. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'raw-counter',
    where: 'Signal Pipeline: why zero signals? / Signals Unaccounted For',
    reason: SAME_SCRAPE,
  },
  { rule: 'raw-counter', where: 'SignalConservationBroken', reason: SAME_SCRAPE },
  { rule: 'raw-counter', where: 'SignalPersistenceGap', reason: SAME_SCRAPE },
  { rule: 'reserved', where: 'ScrapeFailing', reason: OWN_PROMETHEUS },
];
