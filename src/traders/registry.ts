import type { Interval } from '../market/interval';
import { type TraderLabels, traderLabels } from '../telemetry/trader-labels';
import type { Trader } from './trader';

/** A trader and its attribute objects, which live as long as its name. */
export interface LiveTrader {
  readonly trader: Trader;
  readonly labels: TraderLabels;
}

export interface RegistryChange extends LiveTrader {
  readonly kind: 'added' | 'changed' | 'removed';
  /** Its attribute objects are new ones: it was added or renamed, and its series are not on the page yet. */
  readonly relabelled: boolean;
}

/** The signals' analysis and the kline panels look at one-minute candles whether or not a trader does. */
const ALWAYS_NEEDED: Interval = '1m';

/** The traders that run now. */
export class TraderRegistry {
  private readonly live = new Map<string, LiveTrader>();
  private readonly listeners = new Set<(change: RegistryChange) => void>();

  get size(): number {
    return this.live.size;
  }

  get(traderId: string): LiveTrader | undefined {
    return this.live.get(traderId);
  }

  all(): readonly LiveTrader[] {
    return [...this.live.values()];
  }

  tradersOf(interval: Interval): readonly LiveTrader[] {
    return this.all().filter(({ trader }) => trader.filter.refreshInterval === interval);
  }

  /** Intervals that some trader is screened at. */
  refreshIntervals(): ReadonlySet<Interval> {
    return new Set(this.all().map(({ trader }) => trader.filter.refreshInterval));
  }

  /** What the traders that are screened at an interval read. */
  timeframesOf(refreshInterval: Interval): ReadonlySet<Interval> {
    return new Set(this.tradersOf(refreshInterval).flatMap(({ trader }) => trader.filter.requiredTimeframes));
  }

  /** Intervals whose candles somebody needs. */
  intervals(): ReadonlySet<Interval> {
    return new Set([ALWAYS_NEEDED, ...this.all().flatMap(({ trader }) => trader.filter.requiredTimeframes)]);
  }

  /** Called for each trader that came, went or changed, once the whole change is in place. @returns unsubscribe */
  onChange(listener: (change: RegistryChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Makes `traders` the whole set. */
  replaceAll(traders: readonly Trader[]): void {
    const wanted = new Set(traders.map(({ id }) => id));
    const changes: RegistryChange[] = [];
    for (const live of this.all()) {
      if (wanted.has(live.trader.id)) continue;
      this.live.delete(live.trader.id);
      changes.push({ kind: 'removed', relabelled: false, ...live });
    }
    for (const trader of traders) changes.push(...this.put(trader));
    for (const change of changes) for (const listener of this.listeners) listener(change);
  }

  private put(trader: Trader): RegistryChange[] {
    const before = this.live.get(trader.id);
    const sameName = before?.trader.name === trader.name;
    if (before && sameName && before.trader.revision === trader.revision) return [];
    const live = { trader, labels: before && sameName ? before.labels : traderLabels(trader) };
    this.live.set(trader.id, Object.freeze(live));
    return [{ kind: before ? 'changed' : 'added', relabelled: !sameName, ...live }];
  }
}
