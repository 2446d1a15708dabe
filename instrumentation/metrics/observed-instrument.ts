import type { Labels } from './attribute-guard';
import type { Definition, NumberFamily } from './family';
import { OVERFLOW, type SeriesGuard } from './series-guard';

interface Point {
  readonly labels: Labels;
  /** The frozen object that these labels were observed with; an object that may change is no sign of anything. */
  source: unknown;
  value: number;
  /** The collection that observed it last. */
  collection: number;
}

const NOT_TO_BE_RECOGNISED = Symbol();

/**
 * What the callbacks of one instrument observed in the collection under way, guarded. The page shows what is observed
 * now: of earlier collections it keeps only the order. Callbacks walk the same things with the same frozen label objects
 * each time, so that the next series is recognised by identity, without hashing.
 */
export class ObservedInstrument {
  /** This collection's up to the cursor; behind it, what the one before had there. */
  readonly #points: Point[] = [];
  readonly #byText = new Map<string, Point>();
  #cursor = 0;
  #collection = 0;
  #complete = false;
  #asBefore = false;
  #version = 0;

  constructor(
    private readonly definition: Definition & { readonly type: 'counter' | 'gauge' },
    private readonly series: SeriesGuard,
  ) {}

  get name(): string {
    return this.definition.name;
  }

  /** Everything that was observed is here: no callback failed, and nothing was beyond the limit. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Another number than before whenever there may be other series than before. */
  get version(): number {
    return this.#unchanged() ? this.#version : this.#version + 1;
  }

  callbackFailed(): void {
    this.#complete = false;
  }

  startOver(): void {
    this.#forgetUnseen();
    this.#complete = true;
    this.#asBefore = true;
    this.#cursor = 0;
    this.#collection++;
  }

  /** The last observation of a label set wins. Counters beyond the limit add up in the overflow series. */
  observe(value: unknown, attributes: unknown): void {
    if (!this.#isUsable(value)) {
      this.series.refuseValue();
      return;
    }
    const next = this.#points[this.#cursor];
    if (next !== undefined && next.source === attributes && next.collection !== this.#collection) {
      this.#take(next, value);
      return;
    }
    this.#lookUp(value, attributes);
  }

  family(): NumberFamily {
    const points = this.#points.slice(0, this.#cursor);
    const values = new Float64Array(points.length);
    for (let index = 0; index < points.length; index++) values[index] = (points[index] as Point).value;
    return { ...this.definition, labels: points.map(({ labels }) => labels), values };
  }

  #isUsable(value: unknown): value is number {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    return value >= 0 || this.definition.type === 'gauge';
  }

  #take(point: Point, value: number): void {
    point.value = value;
    point.collection = this.#collection;
    this.#points[this.#cursor++] = point;
  }

  #lookUp(value: number, attributes: unknown): void {
    this.#asBefore = false;
    const seen = { size: this.#cursor, has: (text: string) => this.#isSeen(this.#byText.get(text)) };
    const labels = this.series.admit(attributes, seen);
    const known = this.#byText.get(labels.text);
    if (labels === OVERFLOW) this.#fold(value, known);
    else if (known !== undefined && this.#isSeen(known)) known.value = value;
    else this.#take(known ?? this.#create(labels), value);
    const own = this.#byText.get(labels.text);
    if (own !== undefined && labels !== OVERFLOW) own.source = recognisable(attributes, labels);
  }

  #isSeen(point: Point | undefined): boolean {
    return point?.collection === this.#collection;
  }

  #create(labels: Labels): Point {
    const point = { labels, source: NOT_TO_BE_RECOGNISED, value: 0, collection: 0 };
    this.#byText.set(labels.text, point);
    return point;
  }

  #fold(value: number, overflow: Point | undefined): void {
    this.#complete = false;
    // The last of many unrelated levels would mean nothing.
    if (this.definition.type === 'gauge') return;
    if (overflow === undefined || !this.#isSeen(overflow))
      this.#take(overflow ?? this.#create(OVERFLOW), value);
    else if (Number.isFinite(overflow.value + value)) overflow.value += value;
    else this.series.refuseValue();
  }

  #unchanged(): boolean {
    return this.#asBefore && this.#cursor === this.#points.length;
  }

  #forgetUnseen(): void {
    if (this.#unchanged()) return;
    this.#version++;
    this.#points.length = this.#cursor;
    for (const [text, point] of this.#byText) if (!this.#isSeen(point)) this.#byText.delete(text);
  }
}

/** Labels of which something was refused are cleaned anew each time, so that each refusal is counted. */
function recognisable(attributes: unknown, { refused }: Labels): unknown {
  const same = attributes === undefined || (typeof attributes === 'object' && Object.isFrozen(attributes));
  return same && refused === 0 ? attributes : NOT_TO_BE_RECOGNISED;
}
