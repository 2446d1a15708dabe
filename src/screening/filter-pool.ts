import { join } from 'node:path';
import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import type { RestartReason } from '../telemetry/label-values';
import type { PoolState, WorkerTelemetry } from '../telemetry/worker-telemetry';
import { FilterLane, type LaneEvents, WorkerLost } from './filter-lane';
import type { FailedRun, FilterOrder, FilterResult, FilterRunner } from './filter-runner';
import { MemoryWatch } from './memory-watch';
import type { FilterReply } from './messages';

export interface PoolOptions {
  readonly workers: number;
  /** What one task may take in its worker; waiting for one does not count. */
  readonly timeoutMs: number;
  /** What one worker's filters may hold. */
  readonly memoryMb: number;
  /** The compiled worker; by default the one beside this file. */
  readonly workerFile?: string;
}

interface Waiting {
  readonly order: FilterOrder;
  readonly sinceMs: number;
  readonly settle: (result: FilterResult) => void;
}

const NO_SLOT = 0;

/**
 * Filters in worker threads. Tasks wait here in the order they came and go to a worker only when one is free, so what
 * waits and what runs is always known. A task that fails costs its own worker and nothing else.
 */
export class FilterPool implements FilterRunner {
  private readonly lanes: readonly FilterLane[];
  private readonly memory: MemoryWatch;
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private lastTaskId = 0;
  private stopped = false;
  private startError: string | undefined;

  constructor(
    private readonly options: PoolOptions,
    private readonly telemetry: WorkerTelemetry,
    private readonly log: Logger,
  ) {
    const { timeoutMs, memoryMb, workers } = options;
    const workerFile = options.workerFile ?? join(__dirname, 'filter-worker.js');
    const laneOptions = { workerFile, memoryMb, timeoutMs };
    this.lanes = Array.from({ length: workers }, (_, slot) => new FilterLane(slot, laneOptions, this.events));
    this.memory = new MemoryWatch(this.lanes, (workers + 1) * memoryMb * 2 ** 20);
    telemetry.observePool(workers, () => this.state());
  }

  /** Settles when every worker is up or has failed once; those go on trying. */
  async start(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.start()));
  }

  /** Never rejects: whatever goes wrong with a task is its result. */
  run(order: FilterOrder): Promise<FilterResult> {
    return new Promise((settle) => {
      this.waiting.push({ order, sinceMs: FilterLane.nowMs(), settle });
      if (this.stopped) this.refuseWaiting('unknown', 'the filter pool has stopped');
      else this.dispatch();
    });
  }

  state(): PoolState {
    return {
      size: this.lanes.length,
      active: this.lanes.filter((lane) => lane.isBusy).length,
      idle: this.lanes.filter((lane) => lane.isIdle).length,
      queued: this.waiting.length,
    };
  }

  health(): ComponentHealth {
    const { size, active, idle } = this.state();
    const alive = active + idle;
    if (this.stopped) return { status: 'failed', detail: 'the filter workers have stopped' };
    if (alive === 0) {
      const why = this.startError === undefined ? 'they are starting' : this.startError;
      return { status: 'failed', detail: `none of ${size} filter workers runs: ${why}` };
    }
    const detail = `${alive} of ${size} filter workers run`;
    return { status: alive < size ? 'degraded' : 'ok', detail };
  }

  /** Tasks that wait or run fail as `unknown`. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.memory.idle();
    this.refuseWaiting('unknown', 'the filter pool has stopped');
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  private readonly events: LaneEvents = {
    ready: () => {
      this.startError = undefined;
      this.dispatch();
    },
    lost: (_, reason) => this.telemetry.restarted(reason),
    failed: (lane, error) => this.startFailed(lane, error),
  };

  private startFailed({ slot }: FilterLane, error: Error): void {
    this.startError = error.message;
    this.log.error(
      { worker: slot, err: error },
      `Filter worker ${slot} could not be started; it is tried again`,
    );
    const { active, idle } = this.state();
    if (active + idle === 0) this.refuseWaiting('worker_crash', 'no filter worker could be started');
  }

  /** A lane may become free and take the next task before the last one's result is out: hence the loop. */
  private dispatch(): void {
    for (const lane of this.lanes) {
      if (!lane.isIdle) continue;
      const next = this.waiting.shift();
      if (!next) return;
      void this.runOn(lane, next);
    }
  }

  private async runOn(lane: FilterLane, { order, sinceMs, settle }: Waiting): Promise<void> {
    const taskId = ++this.lastTaskId;
    const startedAtMs = FilterLane.nowMs();
    this.running++;
    this.memory.busy();
    let outcome: FilterReply | FailedRun;
    try {
      outcome = this.checked(await lane.run({ ...order, taskId }), taskId, startedAtMs);
    } catch (error) {
      outcome = this.failure(lane, order, error as Error, startedAtMs);
    }
    if (--this.running === 0) this.memory.idle();
    this.telemetry.taskEnded(lane.slot, outcome.runMs + ('compileMs' in outcome ? outcome.compileMs : 0));
    settle({ slot: lane.slot, queueMs: startedAtMs - sinceMs, ...outcome });
  }

  private checked(reply: FilterReply, taskId: number, startedAtMs: number): FilterReply | FailedRun {
    if (reply.taskId === taskId) return reply;
    this.log.error(
      { taskId, repliedTo: reply.taskId },
      'A filter worker replied to another task; the reply is not used',
    );
    return failed('unknown', 'its worker replied to another task', startedAtMs);
  }

  private failure(lane: FilterLane, order: FilterOrder, error: Error, startedAtMs: number): FailedRun {
    if (this.stopped) return failed('unknown', 'the filter pool has stopped', startedAtMs);
    if (!(error instanceof WorkerLost)) return failed('unknown', error.message, startedAtMs);
    const sentence = this.sentenceFor(error.reason, error.message);
    this.log.warn(
      { worker: lane.slot, trader_id: order.traderId, reason: error.reason },
      `Filter worker ${lane.slot} was replaced: trader ${order.traderId} ${sentence}`,
    );
    return failed(error.reason === 'timeout' ? 'timeout' : 'worker_crash', sentence, startedAtMs);
  }

  private sentenceFor(reason: RestartReason, message: string): string {
    if (reason === 'timeout') return `did not finish within ${this.options.timeoutMs} ms`;
    if (reason === 'memory') return `used more than the ${this.options.memoryMb} MB a worker may hold`;
    return `ended its worker: ${message}`;
  }

  private refuseWaiting(errorType: FailedRun['errorType'], message: string): void {
    const nowMs = FilterLane.nowMs();
    for (const { sinceMs, settle } of this.waiting.splice(0)) {
      settle({ slot: NO_SLOT, queueMs: nowMs - sinceMs, ...failed(errorType, message, nowMs) });
    }
  }
}

function failed(errorType: FailedRun['errorType'], message: string, startedAtMs: number): FailedRun {
  return { kind: 'failed', errorType, message, startedAtMs, runMs: FilterLane.nowMs() - startedAtMs };
}
