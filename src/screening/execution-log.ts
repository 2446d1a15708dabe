import type { Logger } from '../log';
import { LogBackoff } from '../log-backoff';
import type { SkipReason } from '../telemetry/label-values';
import type { Trader } from '../traders/trader';
import type { Cycle } from './cycle';
import type { Execution } from './execution';
import type { MatchSplit } from './match-memory';

const LONGEST_MESSAGE = 300;

/** One line per trader and cycle, worded so that an operator's grep finds it. */
export class ExecutionLog {
  private readonly backoff: LogBackoff;

  constructor(
    private readonly log: Logger,
    now: () => number = Date.now,
  ) {
    this.backoff = new LogBackoff(now);
  }

  screened(trader: Trader, cycle: Cycle, execution: Execution, { fresh, continuing }: MatchSplit): void {
    const matching = fresh.length + continuing.length;
    this.log.info(
      fieldsOf(trader, cycle, execution),
      `[Worker] Trader "${trader.name}": ${matching} symbols matching (${fresh.length} new signals, ${continuing.length} continuing)`,
    );
    this.faultOnSomeSymbols(trader, cycle, execution);
  }

  failed(trader: Trader, cycle: Cycle, execution: Execution): void {
    this.log.error(
      { ...fieldsOf(trader, cycle, execution), errorType: execution.errorType },
      `[Worker] Failed: Trader "${trader.name}": execution_errors{error_type="${execution.errorType}"}: ${explain(execution, cycle)}`,
    );
  }

  /** Filters often fail on the same few symbols in every cycle: that is told, but not every time. */
  private faultOnSomeSymbols(trader: Trader, cycle: Cycle, { fault, skipped }: Execution): void {
    if (fault === null) return;
    const message = cut(fault.message);
    const heldBack = this.backoff.admit(`${trader.id} ${trader.revision} ${message}`);
    if (heldBack === undefined) return;
    const many = `${skipped.error + skipped.bad_return} of ${cycle.symbols.length} symbols`;
    this.log.warn(
      { traderId: trader.id, interval: cycle.interval, heldBack },
      `[Worker] Error in trader "${trader.name}" on ${many}, which it skipped: ${message} (first: ${fault.symbol})`,
    );
  }
}

function explain(execution: Execution, cycle: Cycle): string {
  const watched = cycle.symbols.length;
  const { errorType, skipped, fault } = execution;
  if (execution.message !== null) return `${cut(execution.message)}; ${watched} symbols were not screened`;
  if (errorType === 'missing_data') return `no symbol has the data it needs: ${listSkipped(skipped)}`;
  const count = errorType === 'bad_return' ? skipped.bad_return : skipped.error;
  const first = fault === null ? '' : ` (first: ${fault.symbol})`;
  return `${cut(fault?.message ?? 'the filter gave no verdict')} for ${count} of ${watched} symbols${first}`;
}

function listSkipped(skipped: Readonly<Record<SkipReason, number>>): string {
  const reasons = Object.entries(skipped).filter(([, count]) => count > 0);
  return reasons.map(([reason, count]) => `${count} ${reason}`).join(', ');
}

function cut(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

function fieldsOf(trader: Trader, { interval, boundaryMs }: Cycle, { evaluated, skipped }: Execution) {
  const boundary = new Date(boundaryMs).toISOString();
  return { traderId: trader.id, interval, boundary, evaluated, skipped };
}
