import { randomUUID } from 'node:crypto';
import type { Logger } from './log';
import type { MachineParts } from './machine-parts';
import { restoreMatches, resumeAnalyses } from './resumption';
import type { MachineEvent } from './signals/machine-event';
import type { RegistryChange } from './traders/registry';
import { untilItWorks } from './until-it-works';

/** What a flush at the end may take: Fly kills the machine some seconds after it asked it to stop. */
const FINAL_FLUSH_MS = 1000;

/** The machine's life: what starts in which order, and how it ends without losing a signal. */
export class Machine {
  private stopping = false;

  constructor(
    private readonly parts: MachineParts,
    private readonly log: Logger,
  ) {}

  /** Resolves when the machine screens, or when it was stopped before it came to that. */
  async start(httpPort: number): Promise<void> {
    try {
      await this.bringUp(httpPort);
    } catch (error) {
      if (!this.stopping) throw error;
    }
  }

  /** Takes no more data, lets go of the workers, and writes down what it still holds. */
  async stop(reason: string): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const { parts } = this;
    this.log.info(`Stopping: ${reason}`);
    parts.writer.addEvent(this.event('machine_stopped', { reason }));
    parts.screener.stop();
    parts.follower.stop();
    parts.storage.retention.stop();
    parts.healthWatch.stop();
    await Promise.all([
      parts.clock.stop(),
      parts.feed.stop(),
      parts.pool.stop(),
      parts.analysis.stop(),
      parts.writer.stop(FINAL_FLUSH_MS),
    ]);
    await Promise.all([parts.storage.database.close(), parts.health.close()]);
    this.log.info('Stopped');
  }

  private async bringUp(httpPort: number): Promise<void> {
    const { parts } = this;
    await parts.startup.whole(parts.id, async () => {
      await this.makeReady(httpPort);
      await this.beginScreening();
      return { traders: parts.registry.size };
    });
  }

  private async makeReady(httpPort: number): Promise<void> {
    const { parts } = this;
    const { startup } = parts;
    await startup.step('health', async () => {
      const port = await parts.health.listen(httpPort);
      this.log.info({ port }, `Health is served at :${port}/health`);
    });
    await startup.step('database', (failed) =>
      this.untilItWorks('The database is not ready', () => parts.storage.prepare(), failed),
    );
    await startup.step('traders', (failed) =>
      this.untilItWorks('The traders could not be loaded', () => parts.follower.start(), failed),
    );
    await startup.step('workers', () => parts.pool.start());
    parts.writer.onPersisted((signal) => parts.analysis.submit(signal));
    const carried = await parts.writer.recover();
    parts.writer.start();
    await startup.step('market', () => parts.feed.start(new Set(parts.registry.intervals())));
    await startup.step('matches', () => restoreMatches(parts, carried, this.log));
  }

  private async beginScreening(): Promise<void> {
    const { parts } = this;
    const { startup } = parts;
    this.followTraders();
    // Traders that came while the feed was starting may need intervals it does not have yet.
    await startup.step('intervals', () => parts.feed.requireIntervals(new Set(parts.registry.intervals())));
    await startup.step('screening', async () => {
      parts.clock.start(parts.registry.refreshIntervals());
      parts.storage.retention.start();
      parts.healthWatch.start((event) => parts.writer.addEvent(this.event(event.type, event.detail)));
    });
    await startup.step('analyses', () => resumeAnalyses(parts, this.log));
    parts.writer.addEvent(this.event('machine_started', { traders: parts.registry.size }));
    this.log.info(
      { traders: parts.registry.size, symbols: parts.feed.view.symbols().length },
      'The machine is screening',
    );
  }

  private followTraders(): void {
    this.parts.registry.onChange((change) => {
      const { kind, trader } = change;
      this.parts.writer.addEvent(this.event(`trader_${kind}`, { trader: trader.id, name: trader.name }));
      this.take(change).catch((error: Error) =>
        this.log.error({ err: error }, `Failed to follow trader "${trader.name}", which was ${kind}`),
      );
    });
  }

  /** A trader that comes, goes or changes may need other intervals. It is screened at once, not at its next boundary. */
  private async take({ kind, trader }: RegistryChange): Promise<void> {
    const { registry, feed, clock, screener } = this.parts;
    await feed.requireIntervals(new Set(registry.intervals()));
    const hadCycles = clock.follows(trader.filter.refreshInterval);
    clock.follow(registry.refreshIntervals());
    if (kind !== 'removed' && hadCycles) await screener.runTrader(trader.id);
  }

  private untilItWorks(
    complaint: string,
    step: () => Promise<void>,
    failed: (error: unknown) => void,
  ): Promise<void> {
    return untilItWorks(step, complaint, () => this.stopping, this.log, failed);
  }

  private event(type: string, detail: MachineEvent['detail']): MachineEvent {
    return { id: randomUUID(), machineId: this.parts.id, type, atMs: Date.now(), detail };
  }
}
