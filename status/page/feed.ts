import type { StatusState } from '../worker/state';

interface Listener {
  /** A new state of the machine. */
  state(state: StatusState): void;
  /** Whether the line to the machine stands. */
  connected(connected: boolean): void;
}

/** The machine sends a beat every 10 s: silence for longer means that the line is dead although it looks open. */
const SILENCE_MS = 25_000;
const WATCH_MS = 1000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/** The machine's states as they come. It never gives up, and asks once by itself where the stream is refused. */
export class Feed {
  private source: EventSource | undefined;
  private heardAtMs = Date.now();
  private retryMs = FIRST_RETRY_MS;
  private lastId = '';

  constructor(private readonly listener: Listener) {}

  start(): void {
    this.open();
    setInterval(() => this.watch(), WATCH_MS);
  }

  private open(): void {
    const source = new EventSource('/events');
    this.source = source;
    this.heardAtMs = Date.now();
    source.addEventListener('open', () => this.hear());
    source.addEventListener('beat', () => this.hear());
    source.addEventListener('state', ({ data }: MessageEvent<string>) => this.take(data));
    source.addEventListener('error', () => this.lose(source));
  }

  private hear(): void {
    this.heardAtMs = Date.now();
    this.retryMs = FIRST_RETRY_MS;
    this.listener.connected(true);
  }

  private take(text: string): void {
    this.hear();
    this.show(text);
  }

  private show(text: string): void {
    const state = JSON.parse(text) as StatusState;
    if (state.id === this.lastId) return;
    this.lastId = state.id;
    this.listener.state(state);
  }

  /** A browser comes back by itself from a broken line, but not from an answer that is no stream. */
  private lose(source: EventSource): void {
    if (source !== this.source) return;
    this.listener.connected(false);
    if (source.readyState !== EventSource.CLOSED) return;
    this.source = undefined;
    setTimeout(() => void this.retry(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  private async retry(): Promise<void> {
    try {
      const response = await fetch('/status.json', { cache: 'no-store' });
      if (response.ok) this.show(await response.text());
    } catch {
      // The machine is not there: the stream's own error says so.
    }
    this.open();
  }

  private watch(): void {
    if (!this.source || Date.now() - this.heardAtMs < SILENCE_MS) return;
    this.source.close();
    this.listener.connected(false);
    this.open();
  }
}
