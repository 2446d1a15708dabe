import { Backoff } from '../backoff';
import type { ComponentHealth } from '../health';
import type { Logger } from '../log';
import type { ExecutionRecord } from '../screening/execution-record';
import type { QueueType } from '../telemetry/label-values';
import type { SignalTelemetry } from '../telemetry/signal-telemetry';
import type { SignalSpans } from '../telemetry/spans-signals';
import type { SyncTelemetry } from '../telemetry/sync-telemetry';
import type { TraderLabels } from '../telemetry/trader-labels';
import type { BatchLoopObserver } from './batch-contract';
import { BatchLoop } from './batch-loop';
import type { Sink } from './batch-write';
import { type ItemName, nameOfEvent, nameOfExecution, nameOfSignal } from './item-name';
import type { Journal } from './journal/journal';
import { NoJournal } from './journal/no-journal';
import type { MachineEvent } from './machine-event';
import { queueObserver } from './queue-observer';
import { QueueReport } from './queue-report';
import type { Signal } from './signal';
import { SignalObserver } from './signal-observer';
import { SignalQueue } from './signal-queue';
import { DEFAULTS, type WriterOptions } from './writer-options';

export interface WriterRepositories {
  readonly signals: Sink<Signal>;
  readonly executions: Sink<ExecutionRecord>;
  readonly events: Sink<MachineEvent>;
}

/**
 * Everything the machine writes down goes through here: three queues that do not wait for each other.
 *
 * Invariant, whenever other code can run: signals generated = persisted + `depth('signals')` + dropped. Each change
 * of a queue and its count happen in one turn of the event loop, so no scrape falls between them.
 */
export class StateWriter {
  private readonly options: WriterOptions;
  private readonly signals: SignalQueue;
  private readonly executions: BatchLoop<ExecutionRecord>;
  private readonly events: BatchLoop<MachineEvent>;
  private readonly reports: Readonly<Record<QueueType, QueueReport>>;
  private readonly listeners: ((signal: Signal) => void)[] = [];

  constructor(
    repositories: WriterRepositories,
    options: Partial<WriterOptions>,
    telemetry: { signal: SignalTelemetry; sync: SyncTelemetry; spans?: SignalSpans },
    private readonly log: Logger,
    journal: Journal = new NoJournal(log),
  ) {
    this.options = { ...DEFAULTS, ...options };
    const report = (queue: QueueType) => new QueueReport(queue, this.options.capacity[queue], log);
    this.reports = { signals: report('signals'), metrics: report('metrics'), events: report('events') };
    const { signal, sync, spans } = telemetry;
    const announce = (stored: Signal) => this.announce(stored);
    const observe = <Item>(queue: QueueType, nameOf: (item: Item) => ItemName) =>
      queueObserver(this.reports[queue], sync, nameOf);
    const signals = new SignalObserver(observe('signals', nameOfSignal), {
      telemetry: signal,
      spans,
      announce,
    });
    this.signals = new SignalQueue(journal, signal, signals, (observer) =>
      this.loop('signals', repositories.signals, observer),
    );
    this.executions = this.loop('metrics', repositories.executions, observe('metrics', nameOfExecution));
    this.events = this.loop('events', repositories.events, observe('events', nameOfEvent));
  }

  /** Counts the signal as generated and queues it, in one turn. */
  addSignal(signal: Signal, labels: TraderLabels): void {
    this.signals.add(signal, labels);
  }

  addExecution(record: ExecutionRecord): void {
    this.executions.add(record);
  }

  addEvent(event: MachineEvent): void {
    this.events.add(event);
  }

  /** Calls `listener` once for each stored signal. */
  onPersisted(listener: (signal: Signal) => void): void {
    this.listeners.push(listener);
  }

  /** Items not yet acknowledged by the database, the batch in flight included. */
  depth(queue: QueueType): number {
    return { signals: this.signals, metrics: this.executions, events: this.events }[queue].depth;
  }

  /** Takes up the signals that a process before left in the journal. @returns those found in time */
  recover(): Promise<readonly Signal[]> {
    return this.signals.recover();
  }

  start(): void {
    for (const loop of this.loops()) loop.start();
  }

  /** Writes all that is queued; what is left after `withinMs` is dropped, counted and logged. */
  async stop(withinMs: number): Promise<void> {
    await Promise.all(this.loops().map((loop) => loop.stop(withinMs)));
  }

  health(): ComponentHealth {
    const journal = this.signals.health();
    const states = [...Object.values(this.reports).map((report) => report.health()), journal];
    return (
      states.find(({ status }) => status === 'failed') ??
      states.find(({ status }) => status === 'degraded') ?? {
        status: 'ok',
        detail:
          `${this.depth('signals')} signals are queued and every queue is being written. ${journal.detail}`.trim(),
      }
    );
  }

  private loops() {
    return [this.signals, this.executions, this.events];
  }

  private loop<Item>(queue: QueueType, sink: Sink<Item>, observer: BatchLoopObserver<Item>): BatchLoop<Item> {
    const { batchSize, flushIntervalMs, capacity, backoffBaseMs, backoffLimitMs } = this.options;
    const backoff = new Backoff({ baseMs: backoffBaseMs, capMs: backoffLimitMs });
    return new BatchLoop(sink, { batchSize, flushIntervalMs, capacity: capacity[queue], backoff }, observer);
  }

  private announce(signal: Signal): void {
    for (const listener of this.listeners) {
      try {
        listener(signal);
      } catch (error) {
        this.log.error(
          { err: error, signal: signal.id },
          'A listener failed on a stored signal, which stays stored',
        );
      }
    }
  }
}
