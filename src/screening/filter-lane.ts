import { performance } from 'node:perf_hooks';
import { Piscina } from 'piscina';
import type { RestartReason } from '../telemetry/label-values';
import type { FilterReply, FilterTask, WorkerSettings } from './messages';

export interface LaneOptions {
  readonly workerFile: string;
  readonly memoryMb: number;
  /** What a task may take once its worker has begun it. */
  readonly timeoutMs: number;
}

/** How a lane tells the pool what became of its worker. */
export interface LaneEvents {
  /** A live worker waits for a task. */
  ready(lane: FilterLane): void;
  /** The worker is gone; another one is on its way. */
  lost(lane: FilterLane, reason: RestartReason): void;
  /** No worker could be started; the lane tries again. */
  failed(lane: FilterLane, error: Error): void;
}

/** A worker that was ended or died before it replied. */
export class WorkerLost extends Error {
  constructor(
    readonly reason: RestartReason,
    message: string,
  ) {
    super(message);
  }
}

type State = 'starting' | 'idle' | 'busy' | 'stopped';

/**
 * The engine's own heap limit is only a last resort: an allocation larger than what is left below it aborts the process.
 * What a worker may hold is watched by the worker and, where it does not come to that, by main.
 */
const ENGINE_HEAP_MB = 4096;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;

/** One slot of the pool: always the same number, one worker at a time, one task at a time. */
export class FilterLane {
  private piscina: Piscina | undefined;
  private state: State = 'starting';
  private endedFor: RestartReason | undefined;
  private failedStarts = 0;
  private retry: NodeJS.Timeout | undefined;
  private readonly progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  constructor(
    readonly slot: number,
    private readonly options: LaneOptions,
    private readonly events: LaneEvents,
  ) {}

  get isIdle(): boolean {
    return this.state === 'idle';
  }

  get isBusy(): boolean {
    return this.state === 'busy';
  }

  /** Symbols begun by the lane's workers so far. */
  get symbolsBegun(): number {
    return Atomics.load(this.progress, 0);
  }

  /** Settles when a worker is up, or when the first try has failed. */
  async start(): Promise<void> {
    if (this.state === 'stopped') return;
    this.state = 'starting';
    this.endedFor = undefined;
    const piscina = this.spawn();
    this.piscina = piscina;
    try {
      await piscina.run(null);
      this.failedStarts = 0;
      this.becomeIdle(piscina);
    } catch (error) {
      this.startFailed(piscina, error as Error);
    }
  }

  /** @throws WorkerLost; then the lane is already getting itself another worker */
  async run(task: FilterTask): Promise<FilterReply> {
    const piscina = this.piscina!;
    this.state = 'busy';
    const deadline = this.deadline(piscina);
    try {
      const reply = (await piscina.run(task)) as FilterReply;
      this.becomeIdle(piscina);
      return reply;
    } catch (error) {
      throw this.replace(piscina, error as Error & { code?: string });
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Ends the worker, whatever it does. Its task fails with `WorkerLost`. @returns when the thread is gone */
  end(reason: RestartReason): Promise<void> {
    this.endedFor ??= reason;
    return this.piscina?.destroy() ?? Promise.resolve();
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.retry);
    await this.piscina?.destroy();
  }

  /** One piscina per slot: in a pool of many, a slot would be no worker in particular. */
  private spawn(): Piscina {
    const piscina = new Piscina({
      filename: this.options.workerFile,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      // The worker keeps its event loop: nothing waits there for `process.stdout`, which filters must not find.
      atomics: 'disabled',
      env: {},
      execArgv: [],
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: ENGINE_HEAP_MB, maxYoungGenerationSizeMb: 16 },
      workerData: { memoryMb: this.options.memoryMb, progress: this.progress.buffer } as WorkerSettings,
    });
    piscina.on('error', () => this.lostWhileIdle(piscina));
    piscina.on('workerDestroy', () => this.lostWhileIdle(piscina));
    return piscina;
  }

  private becomeIdle(piscina: Piscina): void {
    if (this.piscina !== piscina || this.state === 'stopped') return;
    this.state = 'idle';
    this.events.ready(this);
  }

  /** Replies that already wait in the port come first: main may have been late, not the worker. */
  private deadline(piscina: Piscina): NodeJS.Timeout {
    return setTimeout(() => {
      setImmediate(() => {
        if (this.piscina === piscina && this.state === 'busy') void this.end('timeout');
      });
    }, this.options.timeoutMs);
  }

  private replace(piscina: Piscina, error: Error & { code?: string }): WorkerLost {
    const reason = this.endedFor ?? reasonOf(error);
    if (this.piscina === piscina && this.state !== 'stopped') {
      this.events.lost(this, reason);
      this.restart(piscina);
    }
    return new WorkerLost(reason, error.message);
  }

  private lostWhileIdle(piscina: Piscina): void {
    if (this.piscina !== piscina || this.state !== 'idle') return;
    this.events.lost(this, this.endedFor ?? 'crash');
    this.restart(piscina);
  }

  private restart(piscina: Piscina): void {
    this.piscina = undefined;
    void piscina.destroy();
    void this.start();
  }

  private startFailed(piscina: Piscina, error: Error): void {
    if (this.piscina !== piscina || this.state === 'stopped') return;
    this.piscina = undefined;
    void piscina.destroy();
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failedStarts++);
    this.retry = setTimeout(() => void this.start(), delayMs).unref();
    this.events.failed(this, error);
  }

  /** Elapsed on the clock that workers report by. */
  static nowMs(): number {
    return performance.timeOrigin + performance.now();
  }
}

function reasonOf(error: Error & { code?: string }): RestartReason {
  const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY' || error.name === 'FilterMemoryError';
  return memory ? 'memory' : 'crash';
}
