import type { Attributes } from '@opentelemetry/api';
import type { Labels } from './attribute-guard';
import type { Family } from './family';
import type { SeriesGuard } from './series-guard';

type LabelSet = Readonly<Record<string, unknown>>;
type IsGone = (labels: LabelSet) => boolean;

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
export abstract class RecordedInstrument<Point extends { readonly attributes: LabelSet }>
  implements Recorded
{
  readonly #points = new Map<string, Point>();

  constructor(
    protected readonly definition: { readonly name: string; readonly help: string },
    protected readonly series: SeriesGuard,
  ) {}

  get name(): string {
    return this.definition.name;
  }

  /** A copy: what is recorded afterwards is not seen in it. */
  abstract family(): Family;

  protected abstract empty(attributes: Attributes): Point;

  protected point({ key, attributes }: Labels): Point {
    const known = this.#points.get(key);
    if (known !== undefined) return known;
    const point = this.empty(attributes);
    this.#points.set(key, point);
    return point;
  }

  protected points(): Point[] {
    return [...this.#points.values()];
  }

  /** Recorded again, a forgotten series starts at zero, which scrapers know as a reset. */
  forget(isGone: IsGone): void {
    for (const [key, { attributes }] of this.#points) {
      if (!isGone(attributes)) continue;
      this.#points.delete(key);
      this.series.forget(key);
    }
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
