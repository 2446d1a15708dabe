import { describe, sayOncePerMinute } from '../diagnostics';
import { SELF_METRICS } from './catalogue';
import type { Family } from './family';
import type { FormName } from './negotiation';
import type { ObservedCallbacks } from './observed-callbacks';
import { openMetrics } from './open-metrics';
import { ServedPage } from './page-cache';
import { PageEncoder, type Written } from './page-encoder';
import { PLAIN_TEXT } from './plain-text';
import type { PullReader } from './pull-reader';
import type { RecordedInstruments } from './recorded-instrument';
import type { SelfTelemetry } from './self-telemetry';
import type { SeriesLifetimes } from './series-lifetimes';
import { Sheet } from './sheet';
import { Slices } from './slices';

/** Of what callbacks left of their time: so much may be lost to others while the page is written. */
const PATIENCE = 0.25;

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
  #before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly sources: Sources,
    private readonly timeoutMs: number,
  ) {}

  /**
   * One page after the other, whatever their forms: two collections at once would disturb each other.
   * @throws NoMetrics when nothing of the application could be collected although it has metrics.
   */
  render(form: FormName = 'plain'): Promise<ServedPage> {
    const page = this.#before.then(() => this.#render(form));
    this.#before = page.catch(() => {});
    return page;
  }

  async #render(form: FormName): Promise<ServedPage> {
    const { ownTelemetry, own, constant } = this.sources;
    const started = performance.now();
    const { families, errors } = await this.#collect();
    const all = [...constant, ...families];
    const left = this.timeoutMs - (performance.now() - started);
    const encoder = createEncoder(form, all, new Slices(left * PATIENCE));
    const page = await encoder.write(all);
    sayWhatIsMissing(page);
    const failures = errors + page.skipped.length;
    ownTelemetry.collected((performance.now() - started) / 1000, failures);
    if (failures > 0 && page.families === constant.length) throw new NoMetrics('nothing could be collected');
    const { series } = await encoder.write(await own.families());
    const served = new ServedPage(encoder.end());
    ownTelemetry.served({ bytes: served.bytes, series: page.series + series });
    return served;
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
}

function createEncoder(form: FormName, families: readonly Family[], slices: Slices): PageEncoder {
  const format = form === 'plain' ? PLAIN_TEXT : openMetrics([...families, ...SELF_METRICS]);
  return new PageEncoder(format, new Sheet(), slices);
}

function sayWhatIsMissing({ skipped }: Written): void {
  for (const { name, error } of skipped)
    sayOncePerMinute(`encode ${name}`, `the metric ${name} is left out of the page: ${describe(error)}`);
}
