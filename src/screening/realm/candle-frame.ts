import type { Timeframe } from '../filter-api';

/** Order of the columns in the scratch memory. Written out: this file is evaluated where nothing can be imported. */
const COLUMNS = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'trades',
  'takerBuyBase',
  'takerBuyQuote',
] as const;

const Float64 = Float64Array;
const { freeze, preventExtensions } = Object;
/** A window moves through the room its column has: some 64 places, and few lengths. */
const KEPT_VIEWS = 128;

/** Scratch memory for one interval's candles, refilled for each symbol, and the views a filter gets. */
export class CandleFrame {
  readonly scratch: Float64Array;
  readonly views = new Map<number, Timeframe>();

  constructor(
    readonly interval: string,
    readonly capacity: number,
    readonly shown: number,
  ) {
    this.scratch = new Float64(COLUMNS.length * capacity);
  }

  view(start: number, length: number): Timeframe {
    const key = start * (this.capacity + 1) + length;
    const known = this.views.get(key);
    if (known) return known;
    if (this.views.size >= KEPT_VIEWS) this.views.clear();
    const view = this.cut(start, length);
    this.views.set(key, view);
    return view;
  }

  private cut(start: number, length: number): Timeframe {
    const columns: Record<string, unknown> = { interval: this.interval, length };
    COLUMNS.forEach((name, column) => {
      // What is not copied in must not be there: it would be another symbol's.
      if ((this.shown & (1 << column)) === 0) return;
      const offset = (column * this.capacity + start) * 8;
      columns[name] = preventExtensions(new Float64(this.scratch.buffer, offset, length));
    });
    return freeze(columns) as unknown as Timeframe;
  }
}
