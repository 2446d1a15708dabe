import type { Labels } from './attribute-guard';
import type { Definition, NumberFamily } from './family';
import type { SeriesLabels } from './labels';
import { OVERFLOW, type SeriesGuard } from './series-guard';

const FIRST_CAPACITY = 16;
const NOT_TO_BE_RECOGNISED = Symbol();

/**
 * What the callbacks of one instrument observed in the collection under way, guarded. The page shows what is observed
 * now: of the collection before, only the order is remembered. Callbacks walk the same things with the same frozen label
 * objects each time, so that the next series is recognised by identity, without hashing.
 */
export class ObservedInstrument {
  // Columns, one row per series: this collection's up to the count; behind it, what the one before had there.
  /** The frozen object a series was observed with; an object that may change is no sign of anything. */
  readonly #sources: unknown[] = [];
  readonly #labels: SeriesLabels[] = [];
  /** What precedes each value on the page; '' until it was written once. */
  readonly #heads: string[] = [];
  #values = new Float64Array(FIRST_CAPACITY);
  #count = 0;
  /** Rows by labels' text, from the first series on that came otherwise than in the collection before. */
  #rows: Map<string, number> | undefined;
  #complete = false;
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
    return this.#isAsBefore() ? this.#version : this.#version + 1;
  }

  callbackFailed(): void {
    this.#complete = false;
  }

  startOver(): void {
    if (!this.#isAsBefore()) {
      this.#version++;
      this.#sources.length = this.#count;
      this.#labels.length = this.#count;
      this.#heads.length = this.#count;
    }
    this.#rows = undefined;
    this.#count = 0;
    this.#complete = true;
  }

  /** The last observation of a label set wins. Counters beyond the limit add up in the overflow series. */
  observe(value: unknown, attributes: unknown): void {
    const row = this.#count;
    if (!this.#isUsable(value)) this.series.refuseValue();
    else if (this.#rows === undefined && row < this.#sources.length && this.#sources[row] === attributes) {
      this.#values[row] = value;
      this.#count++;
    } else this.#lookUp(value, attributes);
  }

  /** Not a copy: it holds until the next collection starts. */
  family(): NumberFamily {
    const labels = this.#count === this.#labels.length ? this.#labels : this.#labels.slice(0, this.#count);
    const values = this.#values.subarray(0, this.#count);
    return { ...this.definition, labels, values, heads: this.#heads };
  }

  #isUsable(value: unknown): value is number {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    return value >= 0 || this.definition.type === 'gauge';
  }

  #isAsBefore(): boolean {
    return this.#rows === undefined && this.#count === this.#sources.length;
  }

  #lookUp(value: number, attributes: unknown): void {
    this.#rows ??= new Map(this.#labels.slice(0, this.#count).map(({ text }, row) => [text, row]));
    const labels = this.series.admit(attributes, this.#rows);
    const row = this.#rows.get(labels.text);
    if (labels === OVERFLOW) this.#fold(value, row);
    else if (row === undefined) this.#append(value, labels, recognisable(attributes, labels));
    else {
      this.#values[row] = value;
      this.#sources[row] = recognisable(attributes, labels);
    }
  }

  #append(value: number, labels: SeriesLabels, source: unknown): void {
    const row = this.#count++;
    if (row === this.#values.length) this.#grow();
    this.#rows?.set(labels.text, row);
    this.#sources[row] = source;
    if (this.#labels[row]?.text !== labels.text) this.#heads[row] = '';
    this.#labels[row] = labels;
    this.#values[row] = value;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#values.length);
    larger.set(this.#values);
    this.#values = larger;
  }

  #fold(value: number, row: number | undefined): void {
    this.#complete = false;
    // The last of many unrelated levels would mean nothing.
    if (this.definition.type === 'gauge') return;
    if (row === undefined) {
      this.#append(value, OVERFLOW, NOT_TO_BE_RECOGNISED);
      return;
    }
    const sum = (this.#values[row] as number) + value;
    if (Number.isFinite(sum)) this.#values[row] = sum;
    else this.series.refuseValue();
  }
}

/** Labels of which something was refused are cleaned anew each time, so that each refusal is counted. */
function recognisable(attributes: unknown, { refused }: Labels): unknown {
  const same = attributes === undefined || (typeof attributes === 'object' && Object.isFrozen(attributes));
  return same && refused === 0 ? attributes : NOT_TO_BE_RECOGNISED;
}
