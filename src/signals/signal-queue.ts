import { setTimeout as delay } from 'node:timers/promises';
import type { ComponentHealth } from '../health';
import type { SignalTelemetry } from '../telemetry/signal-telemetry';
import { type TraderLabels, traderLabels } from '../telemetry/trader-labels';
import type { BatchLoopObserver } from './batch-contract';
import type { BatchLoop } from './batch-loop';
import type { Journal } from './journal/journal';
import { JournalObserver } from './journal/journal-observer';
import type { Signal } from './signal';

/** A file system that hangs must not keep the machine from screening; what it holds is taken up when it answers. */
const OPEN_WITHIN_MS = 5000;
const CLOSE_WITHIN_MS = 300;

/** The signals' queue with its journal: what is added to one is in both, and leaves both when its fate is counted. */
export class SignalQueue {
  private readonly loop: BatchLoop<Signal>;
  private readonly observer: JournalObserver;

  constructor(
    private readonly journal: Journal,
    private readonly telemetry: SignalTelemetry,
    observer: BatchLoopObserver<Signal>,
    loopWith: (observer: BatchLoopObserver<Signal>) => BatchLoop<Signal>,
  ) {
    this.observer = new JournalObserver(observer, journal);
    this.loop = loopWith(this.observer);
  }

  /** Signals that the database has not acknowledged, with those that are left to the next process. */
  get depth(): number {
    return this.loop.depth + this.observer.leftBehind;
  }

  /** A match that is found again while its signal is carried over is the same signal: nothing is counted twice. */
  add(signal: Signal, labels: TraderLabels): void {
    if (this.journal.carries(signal.id)) return;
    this.telemetry.generated(signal, labels);
    this.journal.add(signal);
    this.loop.add(signal);
  }

  /** Takes up what a process before left. @returns what was found in time */
  async recover(): Promise<readonly Signal[]> {
    let carried: readonly Signal[] = [];
    const opened = this.journal.open((signals) => {
      carried = signals;
      for (const signal of signals) this.takeOver(signal);
    });
    const inTime = new AbortController();
    const patience = delay(OPEN_WITHIN_MS, undefined, { ref: false, signal: inTime.signal }).catch(() => {});
    await Promise.race([opened, patience]);
    inTime.abort();
    return carried;
  }

  start(): void {
    this.loop.start();
  }

  async stop(withinMs: number): Promise<void> {
    await this.loop.stop(withinMs);
    await this.journal.close(CLOSE_WITHIN_MS);
  }

  health(): ComponentHealth {
    return this.journal.health();
  }

  /** In the words of its own time: the trader may have another name by now, or be gone. */
  private takeOver(signal: Signal): void {
    this.telemetry.takenOver(signal, traderLabels({ id: signal.traderId, name: signal.traderName }));
    this.loop.add(signal);
  }
}
