import type { Family, NumberPoint } from './family';
import { OVERFLOW, type SeriesGuard } from './series-guard';

interface Point extends NumberPoint {
  value: number;
}

export interface ObservedDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
}

/**
 * What the callbacks of one instrument observed in the collection under way, guarded. It keeps nothing from one
 * collection to the next: the page shows what is observed now.
 */
export class ObservedInstrument {
  readonly #points = new Map<string, Point>();
  #complete = false;

  constructor(
    private readonly definition: ObservedDefinition,
    private readonly series: SeriesGuard,
  ) {}

  get name(): string {
    return this.definition.name;
  }

  /** Everything that was observed is here: no callback failed, and nothing was beyond the limit. */
  get complete(): boolean {
    return this.#complete;
  }

  callbackFailed(): void {
    this.#complete = false;
  }

  startOver(): void {
    this.#complete = true;
    this.#points.clear();
    this.series.startOver();
  }

  /** The last observation of a label set wins. Counters beyond the limit add up in the overflow series. */
  observe(value: unknown, attributes: unknown): void {
    if (!this.#isUsable(value)) {
      this.series.refuseValue();
      return;
    }
    const labels = this.series.admit(attributes);
    const known = this.#points.get(labels.key);
    if (labels === OVERFLOW) this.#fold(value, known);
    else if (known === undefined) this.#points.set(labels.key, { attributes: labels.attributes, value });
    else known.value = value;
  }

  #isUsable(value: unknown): value is number {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false;
    return value >= 0 || this.definition.type === 'gauge';
  }

  family(): Family {
    return { ...this.definition, points: [...this.#points.values()] };
  }

  #fold(value: number, overflow: Point | undefined): void {
    this.#complete = false;
    // The last of many unrelated levels would mean nothing.
    if (this.definition.type === 'gauge') return;
    if (overflow === undefined) this.#points.set(OVERFLOW.key, { attributes: OVERFLOW.attributes, value });
    else if (Number.isFinite(overflow.value + value)) overflow.value += value;
    else this.series.refuseValue();
  }
}
