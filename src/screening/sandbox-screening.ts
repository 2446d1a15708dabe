import { TICKER_COLUMNS } from '../market/shared-columns';
import { CandleReader, TickerReader } from './candle-reader';
import { type FilterTask, type SymbolFault, type SymbolMatch, VERDICTS, type Verdict } from './messages';
import { BAD_RETURN, ERROR, MATCH, NO_MATCH } from './realm/filter-verdict';
import type { FilterSandbox } from './sandbox';

const LAST = TICKER_COLUMNS.indexOf('last');
const OPEN = TICKER_COLUMNS.indexOf('open');
const QUOTE_VOLUME = TICKER_COLUMNS.indexOf('quoteVolume');

const VERDICT_OF: Record<number, Verdict> = {
  [NO_MATCH]: 'no_match',
  [MATCH]: 'match',
  [ERROR]: 'error',
  [BAD_RETURN]: 'bad_return',
};

/** One execution: the symbols of a task through one filter. */
export class SymbolScreening {
  readonly verdicts: Uint8Array;
  readonly matches: SymbolMatch[] = [];
  firstFault: SymbolFault | null = null;
  newestOpenMs: number | null = null;
  private readonly readers: CandleReader[];
  private readonly frames: Float64Array[];
  private readonly tickers: TickerReader;
  private readonly ticker = new Float64Array(TICKER_COLUMNS.length);

  constructor(
    private readonly task: FilterTask,
    private readonly sandbox: FilterSandbox,
  ) {
    this.verdicts = new Uint8Array(task.symbols.length);
    this.readers = task.timeframes.map(({ table }) => new CandleReader(table));
    this.frames = task.timeframes.map(({ table }, index) =>
      sandbox.frame(index, table.interval, table.capacity),
    );
    this.tickers = new TickerReader(task.tickers);
  }

  screen(index: number): void {
    const verdict = this.fill(this.task.slots[index] ?? -1) ?? this.evaluate(index);
    this.verdicts[index] = VERDICTS.indexOf(verdict);
  }

  /** Copies the symbol's candles in. @returns why the filter cannot run, or undefined */
  private fill(slot: number): Verdict | undefined {
    let reason: Verdict | undefined;
    for (let frame = 0; frame < this.readers.length; frame++) {
      const found = this.fillFrame(slot, frame);
      if (found !== undefined && (reason === undefined || worse(found, reason))) reason = found;
    }
    return reason;
  }

  private fillFrame(slot: number, frame: number): Verdict | undefined {
    const reader = this.readers[frame]!;
    if (!reader.has(slot)) return 'no_data';
    if (!reader.read(slot, this.frames[frame]!, this.sandbox.columns)) return 'stale_data';
    const { start, closed, hasOpen } = reader;
    if (closed === 0) return 'no_data';
    if (closed < this.task.minCandles) return 'insufficient_history';
    if (reader.newestOpenMs < this.task.timeframes[frame]!.expectedOpenMs) return 'stale_data';
    this.sandbox.place(frame, start, closed + (this.task.includeOpenCandle && hasOpen ? 1 : 0));
    return undefined;
  }

  private evaluate(index: number): Verdict {
    const { newestOpenMs, newestClose: price } = this.readers[0]!;
    this.newestOpenMs = Math.max(this.newestOpenMs ?? 0, newestOpenMs);
    this.tickers.read(this.task.slots[index]!, this.ticker);
    this.sandbox.tickerScratch.set(this.ticker);
    const verdict = VERDICT_OF[this.sandbox.evaluate(this.task.symbols[index]!, price)] ?? 'bad_return';
    if (verdict === 'match') this.matches.push(this.matchOf(index, price));
    if (verdict === 'error' || verdict === 'bad_return') this.noteFault(index, verdict);
    return verdict;
  }

  private matchOf(index: number, price: number): SymbolMatch {
    const { ticker } = this;
    const arrived = ticker[0]! > 0;
    const change = (ticker[LAST]! / ticker[OPEN]! - 1) * 100;
    return {
      index,
      price,
      changePercent: arrived && Number.isFinite(change) ? change : null,
      quoteVolume: arrived ? ticker[QUOTE_VOLUME]! : null,
      conditions: this.sandbox.conditions(),
    };
  }

  private noteFault(index: number, verdict: 'error' | 'bad_return'): void {
    this.firstFault ??= { symbol: this.task.symbols[index]!, verdict, message: this.sandbox.message() };
  }
}

/** Where timeframes differ, the reason that says most: nothing at all, then too little, then too old. */
function worse(one: Verdict, other: Verdict): boolean {
  return VERDICTS.indexOf(one) < VERDICTS.indexOf(other);
}
