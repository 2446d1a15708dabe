import { join } from 'node:path';
import { context } from '@opentelemetry/api';
import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import { monotonicNowMs } from '../telemetry/monotonic';
import type { PoolState, WorkerTelemetry } from '../telemetry/worker-telemetry';
import { describeLoss, failedRun } from './failed-run';
import { FilterLane } from './filter-lane';
import type { FailedRun, FilterOrder, FilterResult, FilterRunner } from './filter-runner';
import type { LaneEvents } from './lane-contract';
import { MemoryWatch } from './memory-watch';
import type { FilterReply } from './messages';
import { OrderQueue, type WaitingOrder } from './order-queue';
import { poolHealth } from './pool-health';
import { WorkerLost } from './worker-lost';

export interface PoolOptions {
  readonly workers: number;
  /** What one task may take in its worker; waiting for one does not count. */
  readonly timeoutMs: number;
  /** What one worker's filters may hold. */
  readonly memoryMb: number;
  /** The compiled worker; by default the one beside this file. */
  readonly workerFile?: string;
}

/**
 * Filters in worker threads. Tasks wait here in the order they came and go to a worker only when one is free, so what
 * waits and what runs is always known. A task that fails costs its own worker and nothing else.
 */
export class FilterPool implements FilterRunner {
  private readonly lanes: readonly FilterLane[];
  private readonly memory: MemoryWatch;
  private readonly waiting = new OrderQueue();
  private running = 0;
  private lastTaskId = 0;
  private stopped = false;
  private startError: string | undefined;

  constructor(
    private readonly options: PoolOptions,
    private readonly telemetry: WorkerTelemetry,
    private readonly log: Logger,
  ) {
    const { workers, memoryMb, workerFile = join(__dirname, 'filter-worker.js') } = options;
    const lane = { workerFile, memoryMb, timeoutMs: options.timeoutMs };
    this.lanes = Array.from({ length: workers }, (_, slot) => new FilterLane(slot, lane, this.events));
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
      this.waiting.add(order, settle);
      if (this.stopped) this.waiting.refuse('unknown', 'the filter pool has stopped');
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
    return poolHealth(this.state(), this.stopped, this.startError);
  }

  /** Tasks that wait or run fail as `unknown`. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.memory.idle();
    this.waiting.refuse('unknown', 'the filter pool has stopped');
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  private readonly events: LaneEvents = {
    ready: () => {
      this.startError = undefined;
      this.dispatch();
    },
    lost: (reason) => this.telemetry.restarted(reason),
    failed: (slot, error) => this.startFailed(slot, error),
  };

  private startFailed(slot: number, error: Error): void {
    this.startError = error.message;
    this.log.error(
      { worker: slot, err: error },
      `Filter worker ${slot} could not be started; it is tried again`,
    );
    const alive = this.lanes.some((lane) => lane.isBusy || lane.isIdle);
    if (!alive) this.waiting.refuse('worker_crash', 'no filter worker could be started');
  }

  /** A lane may become free and take the next task before the last one's result is out: hence the loop. */
  private dispatch(): void {
    for (const lane of this.lanes) {
      const next = lane.isIdle && this.waiting.next();
      if (next) context.with(next.within, () => void this.runOn(lane, next));
    }
  }

  private async runOn(lane: FilterLane, { order, sinceMs, settle }: WaitingOrder): Promise<void> {
    const taskId = ++this.lastTaskId;
    const startedAtMs = monotonicNowMs();
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
    return failedRun('unknown', 'its worker replied to another task', startedAtMs);
  }

  private failure(lane: FilterLane, order: FilterOrder, error: Error, startedAtMs: number): FailedRun {
    if (this.stopped) return failedRun('unknown', 'the filter pool has stopped', startedAtMs);
    if (!(error instanceof WorkerLost)) return failedRun('unknown', error.message, startedAtMs);
    const sentence = describeLoss(error, this.options);
    this.log.warn(
      { worker: lane.slot, trader_id: order.traderId, reason: error.reason },
      `Filter worker ${lane.slot} was replaced: trader ${order.traderId} ${sentence}`,
    );
    return failedRun(error.reason === 'timeout' ? 'timeout' : 'worker_crash', sentence, startedAtMs);
  }
}
