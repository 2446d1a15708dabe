import type { Piscina } from 'piscina';
import type { RestartReason } from '../telemetry/label-values';
import { filterThread } from './filter-thread';
import type { LaneEvents, LaneOptions } from './lane-contract';
import type { FilterReply, FilterTask, MemoryReply } from './messages';
import { reasonOf, WorkerLost } from './worker-lost';

type State = 'starting' | 'idle' | 'busy' | 'stopped';

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
      const reply = (await piscina.run(task)) as FilterReply | MemoryReply;
      if (reply.kind === 'memory') throw new WorkerLost('memory', 'it holds too much memory');
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

  private spawn(): Piscina {
    const { workerFile, memoryMb } = this.options;
    const piscina = filterThread(workerFile, {
      memoryMb,
      progress: this.progress.buffer as SharedArrayBuffer,
    });
    piscina.on('error', () => this.lostWhileIdle(piscina));
    piscina.on('workerDestroy', () => this.lostWhileIdle(piscina));
    return piscina;
  }

  private becomeIdle(piscina: Piscina): void {
    if (this.piscina !== piscina || this.state === 'stopped') return;
    this.state = 'idle';
    this.events.ready();
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
      this.events.lost(reason);
      this.restart(piscina);
    }
    return new WorkerLost(reason, error.message);
  }

  private lostWhileIdle(piscina: Piscina): void {
    if (this.piscina !== piscina || this.state !== 'idle') return;
    this.events.lost(this.endedFor ?? 'crash');
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
    this.events.failed(this.slot, error);
  }
}
