import { type Interval, openTimeAt } from '../market/interval';
import type { MarketView } from '../market/market-view';
import { inSpan } from '../telemetry/spans';
import type { CycleSpan, ExecutionSpan, ScreeningSpans } from '../telemetry/spans-screening';
import type { LiveTrader, TraderRegistry } from '../traders/registry';
import type { Trader } from '../traders/trader';
import { type Cycle, cycleAt, orderFor } from './cycle';
import { type Execution, executionOf, refused, withoutData } from './execution';
import type { FilterRunner } from './filter-runner';
import { Settlement, type SettlementParts } from './settlement';

export interface ScreenerParts extends SettlementParts {
  readonly market: MarketView;
  readonly pool: FilterRunner;
  readonly registry: Pick<TraderRegistry, 'tradersOf' | 'get'>;
  readonly spans?: ScreeningSpans;
  readonly now?: () => number;
}

/**
 * Runs the traders of an interval over all subscribed symbols, each independently of the others.
 *
 * An execution counts for the filter that ran, even when the trader was changed in the meantime. One whose trader was
 * removed in the meantime leaves nothing behind: no count, no signal, no span.
 */
export class Screener {
  private readonly settlement: Settlement;
  private readonly now: () => number;
  private stopped = false;

  constructor(private readonly parts: ScreenerParts) {
    this.now = parts.now ?? Date.now;
    this.settlement = new Settlement(parts, this.now);
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

  /** Results that come after this are discarded: nobody takes signals any more. */
  stop(): void {
    this.stopped = true;
  }

  private async run(traders: readonly LiveTrader[], interval: Interval, boundaryMs: number): Promise<void> {
    if (traders.length === 0 || this.stopped) return;
    const span = this.parts.spans?.cycle(interval, boundaryMs);
    await inSpan(span?.span, async () => {
      const cycle = cycleAt(this.parts.market, interval, boundaryMs);
      span?.sized(traders.length, cycle.symbols.length);
      await Promise.all(traders.map((live) => this.screenIn(span, live.trader, cycle)));
    });
  }

  private async screenIn(cycleSpan: CycleSpan | undefined, trader: Trader, cycle: Cycle): Promise<void> {
    const span = cycleSpan?.execution();
    await inSpan(span?.span, () => this.screen(trader, cycle, span));
  }

  private async screen(trader: Trader, cycle: Cycle, span: ExecutionSpan | undefined): Promise<void> {
    try {
      const execution = await this.execute(trader, cycle, span?.traceparent);
      const current = this.parts.registry.get(trader.id);
      if (current === undefined || this.stopped) span?.span.discard();
      else
        this.settlement.settle(
          { ...trader, name: current.trader.name },
          current.labels,
          cycle,
          execution,
          span,
        );
    } catch (error) {
      this.parts.log.error(
        { err: error, traderId: trader.id },
        `Failed to report on trader "${trader.name}"`,
      );
    }
  }

  private async execute(trader: Trader, cycle: Cycle, traceparent: string | undefined): Promise<Execution> {
    const order = orderFor(trader, cycle, this.parts.market, traceparent);
    if (typeof order === 'string') return withoutData(cycle.symbols, order);
    try {
      return executionOf(await this.parts.pool.run(order), cycle.symbols);
    } catch (error) {
      return refused(cycle.symbols, error instanceof Error ? error.message : String(error));
    }
  }
}
