import { describe, sayOncePerMinute } from '../diagnostics';
import { type EncodedPage, PageEncoder } from './exposition';
import type { Family } from './family';
import type { ObservedCallbacks } from './observed-callbacks';
import type { PullReader } from './pull-reader';
import type { RecordedInstruments } from './recorded-instrument';
import type { SelfTelemetry } from './self-telemetry';
import type { SeriesLifetimes } from './series-lifetimes';

interface Sources {
  /** The application's observed instruments and the callbacks that fill them. */
  readonly callbacks: ObservedCallbacks;
  /** The application's synchronous instruments. */
  readonly recorded: RecordedInstruments;
  /** Lets series go whose thing is gone. */
  readonly lifetimes: SeriesLifetimes;
  /** Telemetry's own metrics, read last, so that the page tells of itself. */
  readonly own: PullReader;
  readonly ownTelemetry: SelfTelemetry;
  /** Families that never change, `target_info`. */
  readonly constant: readonly Family[];
}

/** Why there is no page. */
export class NoMetrics extends Error {
  override readonly name = 'NoMetrics';
}

interface Collection {
  readonly families: readonly Family[];
  readonly errors: number;
}

/** Collects and encodes one page. */
export class MetricsPage {
  readonly #encoder = new PageEncoder();

  constructor(
    private readonly sources: Sources,
    private readonly timeoutMs: number,
  ) {}

  /** @throws NoMetrics when nothing of the application could be collected although it has metrics. */
  async render(): Promise<string> {
    const { ownTelemetry, own, constant } = this.sources;
    const started = performance.now();
    const { families, errors } = await this.#collect();
    const page = this.#encoder.encode([...constant, ...families]);
    for (const { name, error } of page.skipped)
      sayOncePerMinute(`encode ${name}`, `the metric ${name} is left out of the page: ${describe(error)}`);
    const failures = errors + page.skipped.length;
    ownTelemetry.collected((performance.now() - started) / 1000, failures);
    if (failures > 0 && page.families === constant.length) throw new NoMetrics('nothing could be collected');
    return this.#finish(page, await own.families());
  }

  /** All that is synchronous is of one turn of the event loop: sums that belong together agree on every page. */
  async #collect(): Promise<Collection> {
    const { callbacks, recorded, lifetimes } = this.sources;
    const observing = callbacks.collect(this.timeoutMs);
    const families = recorded.families();
    const errors = await observing;
    lifetimes.sweep(callbacks.instruments, recorded);
    return {
      families: [...families, ...callbacks.instruments.map((instrument) => instrument.family())],
      errors,
    };
  }

  #finish(page: EncodedPage, ownFamilies: readonly Family[]): string {
    const own = this.#encoder.encode(ownFamilies);
    const text = page.text + own.text;
    this.sources.ownTelemetry.served({
      bytes: Buffer.byteLength(text),
      series: page.series + own.series,
    });
    return text;
  }
}
