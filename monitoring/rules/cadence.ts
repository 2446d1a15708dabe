/**
 * How often a trader runs is its own affair, from every second to once a month, and no metric says it. What a rule can
 * do is to look at as long a time as the trader's runs need, and to say nothing where there are too few.
 */
import { growth, indent } from './expressions';
import { THRESHOLDS } from './thresholds';

interface Cadence {
  /** As a range; long ones are sampled, since a day of raw samples of every trader is a heavy load. */
  readonly window: string;
  /** Runs that must lie in it for a judgement. */
  readonly runs: number;
  readonly slow: boolean;
}

const CADENCES: readonly Cadence[] = [
  // 1s to 5m
  { window: '30m', runs: 5, slow: false },
  // 15m to 1h
  { window: '6h:2m', runs: 5, slow: false },
  // 2h to 1d
  { window: '50h:20m', runs: 2, slow: true },
];

/**
 * The expression with the window that fits each trader: the shortest one with enough runs.
 * @param judge labelled by (app, trader_id) at least
 */
export function byCadence(judge: (window: string, slow: boolean) => string): string {
  const enough = ({ window, runs }: Cadence) =>
    `${growth('app, trader_id', 'trader_executions_total', window)} >= ${runs}`;
  const terms = CADENCES.map((cadence, index) => {
    const faster = CADENCES[index - 1];
    const unless = faster === undefined ? '' : `\nunless on (app, trader_id) ${enough(faster)}`;
    const judged = judge(cadence.window, cadence.slow);
    return `(\n${indent(`${judged}\nand on (app, trader_id) ${enough(cadence)}${unless}`)}\n)`;
  });
  return terms.join('\nor ');
}

/**
 * What a trader is used to: runs per period, in half of the looks back. Restarts add a run each, so a limit is longer
 * than the next slower interval. 3d, 1w and 1M leave too few runs to tell a habit from chance.
 */
const HABITS = [
  { runs: 10, per: '1h', looks: '1d:15m', seconds: 20 * 60 }, // 1s to 5m
  { runs: 5, per: '6h:5m', looks: '2d:1h', seconds: 150 * 60 }, // 15m to 1h
  { runs: 20, per: '50h:1h', looks: '6d:4h', seconds: 5 * 3600 }, // 2h
  { runs: 1.9, per: '50h:1h', looks: '6d:4h', seconds: 26 * 3600 }, // 4h to 1d
] as const;

/** For a machine with a 1m trader, minutes count. */
const MINUTE_HABIT = { runs: 50, per: '1h', looks: '1d:15m', seconds: THRESHOLDS.stalledSeconds } as const;

type Habit = (typeof HABITS)[number] | typeof MINUTE_HABIT;

function isUsedTo({ runs, per, looks }: Habit): string {
  const counted = `quantile_over_time(0.5, increase(trader_executions_total[${per}])[${looks}])`;
  return `max by (app, trader_id) (${counted}) >= ${runs}`;
}

/** Traders that have not run for longer than they are used to. The value is the age of the last run. */
export function stalledTraders(): string {
  const age = 'time() - max by (app, trader_id) (trader_last_execution_timestamp_seconds > 0)';
  return HABITS.map((habit) => `(${age} > ${habit.seconds} and on (app, trader_id) ${isUsedTo(habit)})`).join(
    '\nor ',
  );
}

/** Apps with a trader that is used to run more often than any trader of the app did. The value is `age`. */
export function stalledMachines(age: string): string {
  const present = 'max by (app, trader_id) (trader_last_execution_timestamp_seconds)';
  return [MINUTE_HABIT, ...HABITS]
    .map((habit) => {
      const due = `count by (app) (${present} and on (app, trader_id) ${isUsedTo(habit)})`;
      return `(${age} > ${habit.seconds} and on (app) ${due})`;
    })
    .join('\nor ');
}
