import type { Config } from '../config';
import type { Logger } from '../log';
import { compileFilter } from '../screening/filter-source';
import { TraderFollower } from '../traders/follower';
import { TraderRegistry } from '../traders/registry';
import type { Storage } from './storage';
import type { Telemetry } from './telemetry';

/** The registry, kept equal to the database, with every trader's series on the page from the moment it is there. */
export function assembleTraders(config: Config, storage: Storage, telemetry: Telemetry, log: Logger) {
  const registry = new TraderRegistry();
  telemetry.traders.observeRegistry(() => registry.size);
  registry.onChange(({ kind, trader, labels, relabelled }) => {
    if (kind === 'removed') telemetry.filters.traderRemoved(trader.id);
    if (!relabelled) return;
    telemetry.traders.traderAdded(trader.id);
    telemetry.filters.traderAdded(labels);
    telemetry.signals.traderAdded(labels);
  });
  const parts = {
    source: storage.traders,
    registry,
    telemetry: telemetry.traders,
    compile: compileFilter,
    log,
  };
  const limits = { pollMs: config.traderPollMs, maxCandles: config.candleWindow };
  return { registry, follower: new TraderFollower(parts, limits) };
}
