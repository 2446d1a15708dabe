import type { ComponentHealth } from '../health';
import type { PersistErrorType } from '../telemetry/label-values';
import { messageOf, persistErrorType } from './persist-error';

/** The server answered, though with a refusal: what was sent is at fault, not the database. */
const ANSWERED: readonly PersistErrorType[] = ['constraint'];
/** A database that is away for less than this is being restarted. */
const FAILED_AFTER_MS = 60_000;

/** The database's health, from what happened to real queries. */
export class Outcomes {
  private lastAnswerMs: number | undefined;
  private failingSinceMs: number | undefined;
  private lastFailure = '';

  constructor(private readonly now: () => number = Date.now) {}

  answered(): void {
    this.lastAnswerMs = this.now();
    this.failingSinceMs = undefined;
  }

  failed(error: unknown): void {
    const type = persistErrorType(error);
    if (ANSWERED.includes(type)) {
      this.answered();
      return;
    }
    this.failingSinceMs ??= this.now();
    this.lastFailure = `${type}: ${messageOf(error)}`;
  }

  health(): ComponentHealth {
    if (this.failingSinceMs !== undefined) return this.failing(this.now() - this.failingSinceMs);
    if (this.lastAnswerMs === undefined)
      return { status: 'degraded', detail: 'No query has been answered yet.' };
    const agoSeconds = Math.round((this.now() - this.lastAnswerMs) / 1000);
    return { status: 'ok', detail: `The last query was answered ${agoSeconds} s ago.` };
  }

  private failing(forMs: number): ComponentHealth {
    return {
      status: forMs < FAILED_AFTER_MS ? 'degraded' : 'failed',
      detail: `Queries have failed for ${Math.round(forMs / 1000)} s, the last one with ${this.lastFailure}`,
    };
  }
}
