import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import { LogBackoff } from '../log-backoff';
import type { TraderRow } from '../storage/trader-row';
import type { TraderTelemetry } from '../telemetry/trader-telemetry';
import type { TraderRegistry } from './registry';
import { canonicalJson, shortHash } from './revision';
import type { Trader } from './trader';
import { type CompileFilter, type Validation, type ValidationLimits, validateTrader } from './validation';

/** Where traders come from. Rejects when they cannot be read. */
export interface TraderSource {
  loadEnabled(): Promise<readonly TraderRow[]>;
}

interface FollowerParts {
  readonly source: TraderSource;
  readonly registry: TraderRegistry;
  readonly telemetry: TraderTelemetry;
  readonly compile: CompileFilter;
  readonly log: Logger;
  readonly now?: () => number;
}

interface FollowerOptions extends ValidationLimits {
  /** Pause between two readings of the database. */
  readonly pollMs: number;
}

interface KnownRow {
  readonly content: string;
  readonly validation: Validation;
}

/**
 * Keeps the registry equal to what the database has enabled. A trader is validated and counted when it appears and
 * when it changes, never at a poll that brings nothing new. While the database cannot be read, the last set runs on.
 */
export class TraderFollower {
  private known = new Map<string, KnownRow>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private everLoaded = false;
  private failure: string | undefined;
  private failureTold = false;
  private readonly backoff: LogBackoff;

  constructor(
    private readonly parts: FollowerParts,
    private readonly options: FollowerOptions,
  ) {
    this.backoff = new LogBackoff(parts.now);
  }

  /** Reads once, then follows. @throws what the source rejects with at this first reading; call again to retry */
  async start(): Promise<void> {
    if (!(await this.poll())) throw new Error(this.failure);
    this.scheduleNext();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  health(): ComponentHealth {
    const { size } = this.parts.registry;
    const broken = [...this.known.values()].filter(({ validation }) => !validation.ok).length;
    if (!this.everLoaded)
      return { status: 'failed', detail: `no traders yet: ${this.failure ?? 'not read so far'}` };
    if (this.failure !== undefined)
      return { status: 'degraded', detail: `${size} traders run on unfollowed: ${this.failure}` };
    if (broken > 0) return { status: 'degraded', detail: `${size} traders run, ${broken} broken` };
    return { status: 'ok', detail: `${size} traders run` };
  }

  private scheduleNext(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.poll().then(() => this.scheduleNext()), this.options.pollMs);
    this.timer.unref();
  }

  /** @returns whether the registry now holds what the database has */
  private async poll(): Promise<boolean> {
    try {
      const rows = await this.parts.source.loadEnabled();
      if (!this.stopped) this.apply(rows.filter((row) => row.enabled));
      this.recovered();
      return true;
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  private apply(rows: readonly TraderRow[]): void {
    const known = new Map(rows.map((row) => [row.id, this.recall(row)]));
    this.known = known;
    const traders: Trader[] = [];
    for (const { validation } of known.values()) if (validation.ok) traders.push(validation.trader);
    this.parts.registry.replaceAll(traders);
  }

  /** Compiling is the costly part of a poll, and counting twice would be wrong: unchanged rows do neither. */
  private recall(row: TraderRow): KnownRow {
    const content = shortHash(canonicalJson([row.name, row.isBuiltIn, row.filter]));
    const before = this.known.get(row.id);
    if (before?.content === content) return before;
    const validation = validateTrader(row, this.parts.compile, this.options);
    this.report(row, validation);
    return { content, validation };
  }

  private report(row: TraderRow, validation: Validation): void {
    const { telemetry, log } = this.parts;
    const fields = { traderId: row.id };
    telemetry.loaded(validation.ok ? 'success' : 'failed');
    if (!validation.ok) {
      telemetry.failed(String(row.id), validation.errorType);
      log.error(fields, `Failed to load trader "${row.name}", it does not run: ${validation.reason}`);
      return;
    }
    for (const remark of validation.remarks) log.warn(fields, `Trader "${row.name}": ${remark}`);
  }

  private recovered(): void {
    if (this.failureTold) this.parts.log.info('The traders are followed in the database again');
    this.failureTold = false;
    this.failure = undefined;
    this.everLoaded = true;
  }

  private failed(message: string): void {
    this.failure = message;
    if (!this.everLoaded || this.stopped) return;
    const heldBack = this.backoff.admit(message);
    if (heldBack === undefined) return;
    this.failureTold = true;
    const { log, registry } = this.parts;
    const consequence = `the ${registry.size} known ones run on, changes wait`;
    log.error({ heldBack }, `Failed to follow the traders in the database, ${consequence}: ${message}`);
  }
}
