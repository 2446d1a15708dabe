import type { CandleSeries } from './candle-series';
import { shiftOpenTime } from './interval';
import type { Candle } from './kline';
import { readKlineRow } from './kline-row';
import { ParseError } from './parse-error';
import type { RestClient } from './rest-client';
import { RestError } from './rest-error';

/** A larger limit is cut by the exchange, which then returns the oldest rows, not the newest. */
export const PAGE_ROWS = 1000;

/** Closed candles from REST. */
export class KlineHistory {
  constructor(
    private readonly rest: RestClient,
    private readonly exchangeNow: () => number,
    private readonly onMalformed: (error: ParseError) => void,
  ) {}

  /**
   * The newest `count` closed candles, oldest first; fewer for a young symbol.
   * @throws RestError
   */
  async newest(series: CandleSeries, count: number): Promise<Candle[]> {
    const pages: Candle[][] = [];
    let missing = count + 1;
    let endTimeMs: number | undefined;
    while (missing > 0) {
      const limit = Math.min(missing, PAGE_ROWS);
      const rows = await this.page(series, limit, endTimeMs);
      const page = this.read(series, rows);
      pages.unshift(page);
      if (rows.length < limit || page.length === 0) break;
      missing -= rows.length;
      // Both ends of a page are inclusive: the next one ends a candle earlier.
      endTimeMs = shiftOpenTime(series.interval, page[0]!.openTimeMs, -1);
    }
    return this.withoutOpen(series, pages.flat());
  }

  private async page(series: CandleSeries, limit: number, endTimeMs: number | undefined): Promise<unknown[]> {
    const { symbol, interval } = series;
    const end = endTimeMs === undefined ? {} : { endTime: endTimeMs };
    const rows = await this.rest.get('klines', { symbol, interval, limit, ...end });
    if (Array.isArray(rows)) return rows;
    throw new RestError('klines answered without a list', 'body', true);
  }

  private read(series: CandleSeries, rows: readonly unknown[]): Candle[] {
    const candles: Candle[] = [];
    for (const row of rows) {
      try {
        candles.push(readKlineRow(row, series.symbol, series.interval));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        this.onMalformed(error);
      }
    }
    return candles;
  }

  /** The last row may be the open candle, and nothing in it says so. */
  private withoutOpen({ interval }: CandleSeries, candles: Candle[]): Candle[] {
    const last = candles.at(-1);
    const stillOpen = last && shiftOpenTime(interval, last.openTimeMs, 1) > this.exchangeNow();
    return stillOpen ? candles.slice(0, -1) : candles;
  }
}
