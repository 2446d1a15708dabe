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
import type { MachineEvent } from './machine-event';
import { queueObserver } from './queue-observer';
import { QueueReport } from './queue-report';
import type { Signal } from './signal';
import { SignalObserver } from './signal-observer';

export interface WriterOptions {
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly capacity: Readonly<Record<QueueType, number>>;
  /** First delay after a failed batch; it doubles with each further failure, up to the limit. */
  readonly backoffBaseMs: number;
  readonly backoffLimitMs: number;
}

export interface WriterRepositories {
  readonly signals: Sink<Signal>;
  readonly executions: Sink<ExecutionRecord>;
  readonly events: Sink<MachineEvent>;
}

const DEFAULTS: WriterOptions = {
  batchSize: 100,
  flushIntervalMs: 10_000,
  capacity: { signals: 1000, metrics: 1000, events: 500 },
  backoffBaseMs: 500,
  backoffLimitMs: 30_000,
};

/**
 * Everything the machine writes down goes through here: three queues that do not wait for each other.
 *
 * Invariant, whenever other code can run: signals generated = persisted + `depth('signals')` + dropped. Each change
 * of a queue and its count happen in one turn of the event loop, so no scrape falls between them.
 */
export class StateWriter {
  private readonly options: WriterOptions;
  private readonly signals: BatchLoop<Signal>;
  private readonly executions: BatchLoop<ExecutionRecord>;
  private readonly events: BatchLoop<MachineEvent>;
  private readonly reports: Readonly<Record<QueueType, QueueReport>>;
  private readonly listeners: ((signal: Signal) => void)[] = [];

  constructor(
    repositories: WriterRepositories,
    options: Partial<WriterOptions>,
    private readonly telemetry: { signal: SignalTelemetry; sync: SyncTelemetry; spans?: SignalSpans },
    private readonly log: Logger,
  ) {
    this.options = { ...DEFAULTS, ...options };
    const report = (queue: QueueType) => new QueueReport(queue, this.options.capacity[queue], log);
    this.reports = { signals: report('signals'), metrics: report('metrics'), events: report('events') };
    const { signal, sync, spans } = telemetry;
    const announce = (stored: Signal) => this.announce(stored);
    const observe = <Item>(queue: QueueType, nameOf: (item: Item) => ItemName) =>
      queueObserver(this.reports[queue], sync, nameOf);
    this.signals = this.loop(
      'signals',
      repositories.signals,
      new SignalObserver(observe('signals', nameOfSignal), { telemetry: signal, spans, announce }),
    );
    this.executions = this.loop('metrics', repositories.executions, observe('metrics', nameOfExecution));
    this.events = this.loop('events', repositories.events, observe('events', nameOfEvent));
  }

  /** Counts the signal as generated and queues it, in one turn. */
  addSignal(signal: Signal, labels: TraderLabels): void {
    this.telemetry.signal.generated(signal, labels);
    this.signals.add(signal);
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

  start(): void {
    for (const loop of this.loops()) loop.start();
  }

  /** Writes all that is queued; what is left after `withinMs` is dropped, counted and logged. */
  async stop(withinMs: number): Promise<void> {
    await Promise.all(this.loops().map((loop) => loop.stop(withinMs)));
  }

  health(): ComponentHealth {
    const states = Object.values(this.reports).map((report) => report.health());
    return (
      states.find(({ status }) => status === 'failed') ??
      states.find(({ status }) => status === 'degraded') ?? {
        status: 'ok',
        detail: `${this.depth('signals')} signals are queued and every queue is being written.`,
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
