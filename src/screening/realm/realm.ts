import type { FilterHelpers, Timeframe } from '../filter-api';
import { CandleFrame } from './candle-frame';
import { HELPERS } from './filter-helpers';
import { type FilterVerdict, fault, judge } from './filter-verdict';
import { lockdown } from './lockdown';
import { grantedBytes, installMemoryBudget, startSymbol } from './memory-budget';
import { makeTicker } from './ticker';

type Filter = (ticker: unknown, timeframes: unknown, helpers: FilterHelpers) => unknown;

/**
 * The realm's face to the worker: functions that take and give primitives, and the scratch memory the worker fills.
 * Nothing of the worker's own realm is ever handed in.
 */
export interface Realm {
  install(filter: Filter): void;
  /**
   * Where the worker puts one symbol's candles of the next interval. Called once per interval, in order.
   * `columns` has a bit for each column that the filter gets to see.
   */
  addFrame(interval: string, capacity: number, columns: number): Float64Array;
  readonly tickerScratch: Float64Array;
  /** Which part of a frame's columns the symbol's candles are. */
  place(frame: number, start: number, length: number): void;
  /** @returns a code of `filter-verdict` */
  evaluate(symbol: string, newestClose: number): number;
  message(): string;
  conditionCount(): number;
  condition(index: number): string;
  grantedBytes(): number;
}

export function createRealm(global: Record<string, unknown>): Realm {
  installMemoryBudget(global);
  lockdown(global, [HELPERS]);
  return face();
}

function face(): Realm {
  const frames: CandleFrame[] = [];
  const views: Timeframe[] = [];
  const tickerScratch = new Float64Array(7);
  let filter: Filter = () => undefined;
  let verdict: FilterVerdict = judge(false);
  const run = (symbol: string, newestClose: number): FilterVerdict => {
    try {
      startSymbol();
      return judge(
        filter(makeTicker(symbol, tickerScratch, newestClose), byInterval(frames, views), HELPERS),
      );
    } catch (thrown) {
      return fault(thrown);
    }
  };
  return {
    __proto__: null,
    tickerScratch,
    install(compiled: Filter) {
      filter = compiled;
    },
    addFrame: (interval: string, capacity: number, columns: number) =>
      frames[frames.push(new CandleFrame(interval, capacity, columns)) - 1]!.scratch,
    place(frame: number, start: number, length: number) {
      views[frame] = frames[frame]!.view(start, length);
    },
    evaluate(symbol: string, newestClose: number) {
      verdict = run(symbol, newestClose);
      return verdict.code;
    },
    message: () => verdict.message,
    conditionCount: () => verdict.conditions.length,
    condition: (index: number) => verdict.conditions[index]!,
    grantedBytes,
  } as unknown as Realm;
}

function byInterval(frames: readonly CandleFrame[], views: readonly Timeframe[]): object {
  const timeframes: Record<string, Timeframe> = {};
  for (let index = 0; index < frames.length; index++) timeframes[frames[index]!.interval] = views[index]!;
  return timeframes;
}
