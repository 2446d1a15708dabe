import type { RestartReason } from '../telemetry/label-values';

export interface LaneOptions {
  readonly workerFile: string;
  readonly memoryMb: number;
  /** What a task may take once its worker has begun it. */
  readonly timeoutMs: number;
}

/** How a lane tells the pool what became of its worker. */
export interface LaneEvents {
  /** A live worker waits for a task. */
  ready(): void;
  /** The worker is gone; another one is on its way. */
  lost(reason: RestartReason): void;
  /** No worker could be started; the lane tries again. */
  failed(slot: number, error: Error): void;
}
