import type { Storage } from './assembly/storage';
import type { HealthServer } from './health-server';
import type { HealthWatch } from './health-watch';
import type { MarketFeed } from './market/feed';
import type { CycleClock } from './screening/cycle-clock';
import type { FilterPool } from './screening/filter-pool';
import type { MatchMemory } from './screening/match-memory';
import type { Screener } from './screening/screener';
import type { AnalysisQueue } from './signals/analysis-queue';
import type { StateWriter } from './signals/writer';
import type { StartupSpans } from './telemetry/spans-startup';
import type { TraderFollower } from './traders/follower';
import type { TraderRegistry } from './traders/registry';

/** Everything a machine is made of; `main` makes it, `Machine` brings it to life. */
export interface MachineParts {
  readonly id: string;
  readonly health: HealthServer;
  readonly healthWatch: HealthWatch;
  readonly storage: Pick<Storage, 'prepare' | 'executions' | 'signals' | 'retention' | 'database'>;
  readonly registry: TraderRegistry;
  readonly follower: TraderFollower;
  readonly pool: FilterPool;
  readonly feed: MarketFeed;
  readonly memory: MatchMemory;
  readonly screener: Screener;
  readonly clock: CycleClock;
  readonly writer: StateWriter;
  readonly analysis: AnalysisQueue;
  readonly startup: StartupSpans;
}
