import { Worker } from 'node:worker_threads';
import { Backoff } from './backoff';
import type { Logger } from './log';

/** What the thread tells after each look at the metrics. */
export interface StatusUpdate {
  readonly kind: 'update';
  readonly id: string;
  /** All that the page shows, as JSON; handed over without a copy. */
  readonly state: Uint8Array;
  /** The diagnosis in sentences, worst first; empty when all is well. */
  readonly sentences: readonly string[];
}

type Message = StatusUpdate | { readonly kind: 'where' };

export interface StatusWorkerOptions {
  /** The compiled thread. */
  readonly file: string;
  /** Where the machine's own metrics are served; undefined while they are not. */
  readonly metricsUrl: () => string | undefined;
  readonly bearerToken?: string | undefined;
  /** First delay before a lost thread is replaced; doubled each time, at most a minute. */
  readonly firstRetryMs?: number;
  /** It reports at least every 15 s, whatever it finds: a thread that is silent for longer than this hangs. */
  readonly hungAfterMs?: number;
}

/** Only a last resort: the thread bounds what it reads and keeps. Running into this limit may end the process. */
const ENGINE_HEAP_MB = 1024;
const HUNG_AFTER_MS = 120_000;
/** A thread that lived for so long was not started in vain. */
const STABLE_MS = 300_000;

/** The thread that reads the machine's metrics and finds out what is wrong. Losing it costs nothing but the status page. */
export class StatusWorker {
  private worker: Worker | undefined;
  private looking = false;
  private startedAtMs = 0;
  private heardAtMs = 0;
  private retry: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private complained = false;
  private stopped = false;
  private readonly backoff: Backoff;

  constructor(
    private readonly options: StatusWorkerOptions,
    private readonly onUpdate: (update: StatusUpdate) => void,
    private readonly log: Logger,
  ) {
    this.backoff = new Backoff({ baseMs: options.firstRetryMs ?? 1000, capMs: 60_000 });
  }

  start(): void {
    const hungAfterMs = this.options.hungAfterMs ?? HUNG_AFTER_MS;
    this.spawn();
    this.watch = setInterval(() => this.endIfSilentFor(hungAfterMs), hungAfterMs / 4).unref();
  }

  /** While somebody looks, the metrics are read more often. */
  look(looking: boolean): void {
    this.looking = looking;
    this.worker?.postMessage({ kind: 'pace', looking });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    clearInterval(this.watch);
    await this.worker?.terminate();
  }

  private spawn(): void {
    const { file, bearerToken } = this.options;
    this.startedAtMs = performance.now();
    this.heardAtMs = this.startedAtMs;
    const worker = new Worker(file, {
      name: 'status',
      env: {},
      execArgv: [],
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: ENGINE_HEAP_MB, maxYoungGenerationSizeMb: 16 },
      workerData: { bearerToken, looking: this.looking },
    });
    let reason = '';
    worker.on('message', (message: Message) => this.hear(worker, message));
    worker.on('error', (error: Error) => {
      reason = error.message;
    });
    worker.on('exit', (code) => this.lost(reason || `it ended with ${code}`));
    worker.unref();
    this.worker = worker;
  }

  private hear(worker: Worker, message: Message): void {
    this.heardAtMs = performance.now();
    if (message.kind === 'update') this.onUpdate(message);
    else worker.postMessage({ kind: 'address', url: this.options.metricsUrl() });
  }

  private lost(reason: string): void {
    this.worker = undefined;
    if (this.stopped) return;
    if (performance.now() - this.startedAtMs > STABLE_MS) {
      this.backoff.reset();
      this.complained = false;
    }
    const delayMs = this.backoff.nextMs();
    this.complain(reason);
    this.retry = setTimeout(() => this.spawn(), delayMs).unref();
  }

  /** A thread that dies again and again is one piece of news. */
  private complain(reason: string): void {
    if (this.complained) return;
    this.complained = true;
    this.log.warn(
      `The status page and the diagnosis in /health stand still: their thread was lost (${reason.slice(0, 300)}); it is started again until it stays, the trader is not affected`,
    );
  }

  private endIfSilentFor(silenceMs: number): void {
    if (performance.now() - this.heardAtMs > silenceMs) void this.worker?.terminate();
  }
}
