import type { ConnectFailure } from './label-values';
import type { OpenSpan } from './open-span';
import type { SpanAttributes } from './span-catalogue';
import type { Spans } from './spans';

/** What the feed does beside reading frames: connecting and asking for history. */
export class MarketSpans {
  constructor(private readonly spans: Spans) {}

  /** @param connection number of the connection, from 1 */
  connect(connection: number, streams: number, cause: string): ConnectSpan | undefined {
    const span = this.spans.start('exchange.connect');
    if (!span) return undefined;
    if (span.recording)
      span.set({
        'exchange.connection': connection,
        'exchange.streams': streams,
        'exchange.cause': cause,
      } satisfies SpanAttributes<'exchange.connect'>);
    return new ConnectSpan(span);
  }

  backfill(interval: string): BackfillSpan | undefined {
    const span = this.spans.start('market.backfill');
    return span && new BackfillSpan(span, interval);
  }
}

/** One attempt. It stays open after a failure until that is told. */
export class ConnectSpan {
  constructor(private readonly span: OpenSpan) {}

  established(): void {
    this.span.end();
  }

  /** `tell` runs within the span: its log lines carry its ids. */
  failed(failure: ConnectFailure, error: unknown, tell: () => void): void {
    this.span.failed(failure, error);
    this.span.within(tell);
    this.span.end();
  }
}

/** One interval's history, for as long as any of its symbols waits for some. */
export class BackfillSpan {
  private readonly symbols = new Set<string>();
  private candles = 0;
  private failures = 0;

  constructor(
    readonly span: OpenSpan,
    private readonly interval: string,
  ) {}

  asked(symbol: string): void {
    this.symbols.add(symbol);
  }

  received(candles: number): void {
    this.candles += candles;
  }

  /** A request that is repeated. */
  retried(type: string, error: unknown): void {
    this.failures++;
    this.span.noted(type, error);
  }

  /** A request that is not repeated: its symbol stays without. */
  refused(type: string, error: unknown): void {
    this.failures++;
    this.span.failed(type, error);
  }

  end(): void {
    if (this.span.recording)
      this.span.set({
        'market.interval': this.interval,
        'market.symbols': this.symbols.size,
        'market.candles': this.candles,
        'market.failures': this.failures,
      } satisfies SpanAttributes<'market.backfill'>);
    this.span.end();
  }
}
