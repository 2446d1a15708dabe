import type { ExecutionErrorType } from '../telemetry/label-values';
import type { FilterReply, FilterTask } from './messages';

/** A task without its id, which the pool gives. */
export type FilterOrder = Omit<FilterTask, 'taskId'>;

/** A run that brought no reply: its worker was ended, died or refused. */
export interface FailedRun {
  readonly kind: 'failed';
  readonly errorType: Extract<ExecutionErrorType, 'timeout' | 'worker_crash' | 'unknown'>;
  /** One sentence for the log. Never holds filter code. */
  readonly message: string;
  /** Epoch ms with fractions, as in `FilterReply`. */
  readonly startedAtMs: number;
  readonly runMs: number;
}

export type FilterResult = {
  /** The worker's slot, 0 to n-1. */
  readonly slot: number;
  /** How long the task waited for a worker. */
  readonly queueMs: number;
} & (FilterReply | FailedRun);

/** What the screener needs of the pool. */
export interface FilterRunner {
  run(order: FilterOrder): Promise<FilterResult>;
}
