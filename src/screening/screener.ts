import type { Tracer } from '@opentelemetry/api';
import type { Logger } from '../log';
import { type Interval, openTimeAt } from '../market/interval';
import type { MarketView } from '../market/market-view';
import type { Signal } from '../signals/signal';
import type { FilterTelemetry } from '../telemetry/filter-telemetry';
import { type CycleSpan, monotonicNowMs, ScreeningSpans } from '../telemetry/spans';
import type { TraderLabels } from '../telemetry/trader-labels';
import type { LiveTrader, TraderRegistry } from '../traders/registry';
import type { Trader } from '../traders/trader';
import { type Cycle, cycleAt, orderFor } from './cycle';
import { type Execution, executionOf, refused, withoutData } from './execution';
import { ExecutionLog } from './execution-log';
import type { ExecutionRecord } from './execution-record';
import { type Decision, decide, outcomeOf, recordOf, signalsOf, traceOf } from './execution-report';
import type { FilterRunner } from './filter-runner';
import type { MatchMemory } from './match-memory';

export interface ScreenerParts {
  readonly market: MarketView;
  readonly pool: FilterRunner;
  readonly registry: Pick<TraderRegistry, 'tradersOf' | 'get'>;
  readonly memory: MatchMemory;
  readonly telemetry: Pick<FilterTelemetry, 'executionEnded'>;
  readonly tracer: Tracer;
  readonly log: Logger;
  readonly machineId: string;
  /** The same match of the same candle always has the same id. */
  readonly signalId: (traderId: string, symbol: string, interval: Interval, boundaryMs: number) => string;
  /** Called in the same turn of the event loop as the metrics of the execution that found the signal. */
  readonly onSignal: (signal: Signal, labels: TraderLabels) => void;
  readonly onExecution: (record: ExecutionRecord) => void;
  readonly now?: () => number;
}

/**
 * Runs the traders of an interval over all subscribed symbols, each independently of the others.
 *
 * An execution counts for the filter that ran, even when the trader was changed in the meantime. One whose trader was
 * removed in the meantime leaves no trace: no count, no signal.
 */
export class Screener {
  private readonly spans: ScreeningSpans;
  private readonly executionLog: ExecutionLog;
  private readonly now: () => number;
  private stopped = false;

  constructor(private readonly parts: ScreenerParts) {
    this.now = parts.now ?? Date.now;
    this.spans = new ScreeningSpans(parts.tracer);
    this.executionLog = new ExecutionLog(parts.log, this.now);
  }

  /** One cycle. Never rejects: what goes wrong with a trader is counted and logged for that trader. */
  runCycle(interval: Interval, boundaryMs: number): Promise<void> {
    return this.run(this.parts.registry.tradersOf(interval), interval, boundaryMs);
  }

  /** One trader on the last boundary that passed, so that a new or changed one shows at once what it finds. */
  async runTrader(traderId: string): Promise<void> {
    const live = this.parts.registry.get(traderId);
    const interval = live?.trader.filter.refreshInterval;
    if (live && interval) await this.run([live], interval, openTimeAt(interval, this.now()));
  }

  private async run(traders: readonly LiveTrader[], interval: Interval, boundaryMs: number): Promise<void> {
    if (traders.length === 0 || this.stopped) return;
    await this.spans.cycle(interval, boundaryMs, async (span) => {
      const cycle = cycleAt(this.parts.market, interval, boundaryMs);
      span.sized(traders.length, cycle.symbols.length);
      await Promise.all(traders.map((live) => this.screen(live, cycle, span)));
    });
  }

  /** Results that come after this are discarded: nobody takes signals any more. */
  stop(): void {
    this.stopped = true;
  }

  private async screen({ trader }: LiveTrader, cycle: Cycle, span: CycleSpan): Promise<void> {
    try {
      const execution = await this.execute(trader, cycle);
      const current = this.parts.registry.get(trader.id);
      if (current === undefined || this.stopped) return;
      this.settle({ ...trader, name: current.trader.name }, current.labels, cycle, execution, span);
    } catch (error) {
      this.parts.log.error(
        { err: error, traderId: trader.id },
        `Failed to report on trader "${trader.name}"`,
      );
    }
  }

  private async execute(trader: Trader, cycle: Cycle): Promise<Execution> {
    const order = orderFor(trader, cycle, this.parts.market);
    if (typeof order === 'string') return withoutData(cycle.symbols, order);
    try {
      return executionOf(await this.parts.pool.run(order), cycle.symbols);
    } catch (error) {
      return refused(cycle.symbols, error instanceof Error ? error.message : String(error));
    }
  }

  /** In one turn of the event loop, so that a scrape sees an execution, its matches and its signals or none of them. */
  private settle(
    trader: Trader,
    labels: TraderLabels,
    cycle: Cycle,
    execution: Execution,
    span: CycleSpan,
  ): void {
    const { telemetry, memory, machineId, signalId, onExecution } = this.parts;
    const decision = decide(execution, trader, memory, this.now(), monotonicNowMs());
    telemetry.executionEnded(labels, outcomeOf(execution, decision));
    for (const signal of signalsOf(trader, cycle, execution, decision, { machineId, signalId }))
      this.hand(signal, labels);
    onExecution(recordOf(trader, cycle, execution, decision, machineId));
    span.executed(traceOf(trader, cycle, execution, decision));
    this.log(trader, cycle, execution, decision);
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

  private log(trader: Trader, cycle: Cycle, execution: Execution, { split }: Decision): void {
    if (split === null) this.executionLog.failed(trader, cycle, execution);
    else this.executionLog.screened(trader, cycle, execution, split);
  }
}
