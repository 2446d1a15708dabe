import type { ComponentHealth } from '../../health';
import type { Signal } from '../signal';

/** What outlives this process of the signals that the database has not acknowledged. */
export interface Journal {
  /**
   * Takes what a process before left. Never rejects.
   * @param take called with signals that the database may not have, in the turn in which they become this process's
   */
  open(take: (signals: readonly Signal[]) => void): Promise<void>;
  add(signal: Signal): void;
  /** The fate of these is counted: the database has them, or they were given up. */
  settle(signals: readonly Signal[]): void;
  /** Whether the signal is a former process's that still waits. */
  carries(id: string): boolean;
  /** Whether the signal outlives this process. */
  holds(signal: Signal): boolean;
  /** Resolves when all signals so far are on the disk, or will not be within that time. */
  durable(withinMs: number): Promise<void>;
  /** These wait for the next process: this one has no time left. */
  leave(signals: readonly Signal[]): void;
  close(withinMs: number): Promise<void>;
  health(): ComponentHealth;
}
