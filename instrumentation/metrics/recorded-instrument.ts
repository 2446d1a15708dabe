import type { Labels } from './attribute-guard';
import type { Definition, Family } from './family';
import type { SeriesLabels } from './labels';
import type { SeriesGuard } from './series-guard';

type IsGone = (labels: SeriesLabels['attributes']) => boolean;

/** A synchronous instrument as its store sees it. */
export interface Recorded {
  readonly name: string;
  family(): Family;
  forget(isGone: IsGone): void;
}

/**
 * What was recorded through one synchronous instrument, cumulated since the start. The SDK's own storage cannot let a
 * series go; this one can, and gives its place in the limit back.
 */
export abstract class RecordedInstrument<Point extends { readonly labels: SeriesLabels }>
  implements Recorded
{
  readonly #points = new Map<string, Point>();

  constructor(
    protected readonly definition: Definition,
    protected readonly series: SeriesGuard,
  ) {}

  get name(): string {
    return this.definition.name;
  }

  /** A copy: what is recorded afterwards is not seen in it. */
  abstract family(): Family;

  protected abstract empty(labels: SeriesLabels): Point;

  /** Safe labels: a measurement's own, or `OVERFLOW` when the metric is full. */
  protected admit(attributes: unknown): Labels {
    return this.series.admit(attributes, this.#points);
  }

  protected point(labels: Labels): Point {
    const known = this.#points.get(labels.text);
    if (known !== undefined) return known;
    const point = this.empty(labels);
    this.#points.set(labels.text, point);
    return point;
  }

  protected points(): Point[] {
    return [...this.#points.values()];
  }

  /** Recorded again, a forgotten series starts at zero, which scrapers know as a reset. */
  forget(isGone: IsGone): void {
    for (const [text, { labels }] of this.#points) if (isGone(labels.attributes)) this.#points.delete(text);
  }
}

/** The synchronous instruments of the application. */
export class RecordedInstruments {
  readonly #instruments: Recorded[] = [];

  add<Instrument extends Recorded>(instrument: Instrument): Instrument {
    this.#instruments.push(instrument);
    return instrument;
  }

  families(): Family[] {
    return this.#instruments.map((instrument) => instrument.family());
  }

  forget(isGone: IsGone, except: ReadonlySet<string>): void {
    for (const instrument of this.#instruments) if (!except.has(instrument.name)) instrument.forget(isGone);
  }
}
