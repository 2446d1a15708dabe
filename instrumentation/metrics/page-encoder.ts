import { type Form, linesPerSeries, sampleLines } from './exposition';
import type { Family } from './family';
import type { Sheet } from './sheet';
import type { Slices } from './slices';

/** Lines that are written without a look at the clock. */
const BATCH_LINES = 256;

export interface Written {
  /** Sample lines. */
  readonly series: number;
  /** Families on the page. */
  readonly families: number;
  /** Families left out, in whole or in part, because they could not be encoded. */
  readonly skipped: readonly { readonly name: string; readonly error: unknown }[];
}

/** Writes families on a sheet in one form, slice by slice. */
export class PageEncoder {
  constructor(
    private readonly form: Form,
    private readonly sheet: Sheet,
    private readonly slices: Slices,
  ) {}

  /** A family that cannot be encoded is left out; the rest of the page stands. */
  async write(families: readonly Family[]): Promise<Written> {
    const skipped: { name: string; error: unknown }[] = [];
    let [series, written] = [0, 0];
    for (const family of families) {
      if (family.labels.length === 0) continue;
      try {
        series += await this.#write(family);
        written++;
      } catch (error) {
        skipped.push({ name: family.name, error });
      }
    }
    return { series, families: written, skipped };
  }

  end(): readonly Buffer[] {
    this.sheet.write(this.form.end);
    return this.sheet.chunks();
  }

  async #write(given: Family): Promise<number> {
    let before = this.form.header(given);
    if (before === undefined) throw new Error('its name clashes with another metric’s in OpenMetrics');
    const family = this.form.shape(given);
    const lines = linesPerSeries(family);
    const step = Math.max(1, Math.floor(BATCH_LINES / lines));
    const { length } = family.labels;
    for (let from = 0; from < length; from += step) {
      this.sheet.write(before + sampleLines(family, from, Math.min(length, from + step)));
      before = '';
      if (this.slices.over) await this.slices.next();
    }
    return length * lines;
  }
}
