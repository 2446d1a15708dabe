import type { Logger } from '../log';
import type { Interval } from '../market/interval';
import type { Signal } from '../signals/signal';
import type { FilterTelemetry } from '../telemetry/filter-telemetry';
import { monotonicNowMs } from '../telemetry/monotonic';
import type { ExecutionSpan } from '../telemetry/spans-screening';
import type { TraderLabels } from '../telemetry/trader-labels';
import type { Trader } from '../traders/trader';
import type { Cycle } from './cycle';
import type { Execution } from './execution';
import { ExecutionLog } from './execution-log';
import type { ExecutionRecord } from './execution-record';
import { decide, outcomeOf, recordOf, signalsOf, traceOf } from './execution-report';
import type { MatchMemory } from './match-memory';

export interface SettlementParts {
  readonly memory: MatchMemory;
  readonly telemetry: Pick<FilterTelemetry, 'executionEnded'>;
  readonly log: Logger;
  readonly machineId: string;
  /** The same match of the same candle always has the same id. */
  readonly signalId: (traderId: string, symbol: string, interval: Interval, boundaryMs: number) => string;
  /** Called in the same turn of the event loop as the metrics of the execution that found the signal. */
  readonly onSignal: (signal: Signal, labels: TraderLabels) => void;
  readonly onExecution: (record: ExecutionRecord) => void;
}

/** Makes known what an execution came to: metrics, signals, history, trace, log. */
export class Settlement {
  private readonly executionLog: ExecutionLog;

  constructor(
    private readonly parts: SettlementParts,
    private readonly now: () => number,
  ) {
    this.executionLog = new ExecutionLog(parts.log, now);
  }

  /** In one turn of the event loop, so that a scrape sees an execution, its matches and its signals or none of them. */
  settle(
    trader: Trader,
    labels: TraderLabels,
    cycle: Cycle,
    execution: Execution,
    span: ExecutionSpan | undefined,
  ): void {
    const { telemetry, memory, machineId, signalId, onExecution } = this.parts;
    const decision = decide(execution, trader, memory, this.now(), monotonicNowMs());
    telemetry.executionEnded(labels, outcomeOf(execution, decision), span?.span.context);
    const origin = { machineId, signalId, trace: span?.sampled ?? null };
    for (const signal of signalsOf(trader, cycle, execution, decision, origin)) this.hand(signal, labels);
    onExecution(recordOf(trader, cycle, execution, decision, machineId));
    span?.ended(traceOf(trader, cycle, execution, decision));
    if (decision.split === null) this.executionLog.failed(trader, cycle, execution);
    else this.executionLog.screened(trader, cycle, execution, decision.split);
  }

  /** One signal that its taker cannot take must not cost the ones behind it. */
  private hand(signal: Signal, labels: TraderLabels): void {
    try {
      this.parts.onSignal(signal, labels);
    } catch (error) {
      const about = `signal of trader "${signal.traderName}" for ${signal.symbol}`;
      this.parts.log.error({ err: error, signalId: signal.id }, `Failed to hand on the ${about}: it is lost`);
    }
  }
}
