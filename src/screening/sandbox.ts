import { type Context, createContext, Script } from 'node:vm';
import { CANDLE_COLUMNS } from '../market/shared-columns';
import type { Realm } from './realm/realm';

/** No stack is decorated and no loader is offered: both would call functions of the worker's realm. */
const RUN = { displayErrors: false } as const;
const drain = new Script('0', { filename: 'drain' });
const askForCollector = new Script('typeof gc', { filename: 'collector' });
const MOST_CONTEXTS = 200;
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * While another worker gets itself a collector (`HeapGuard`), the engine gives one to every context that is made, and it
 * cannot be taken from it any more: such a context is thrown away.
 */
function bareContext(): Context {
  for (let tries = 1; ; tries++) {
    const context = createContext(Object.create(null) as object, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    if (askForCollector.runInContext(context, RUN) === 'undefined' || tries === MOST_CONTEXTS) return context;
    Atomics.wait(pause, 0, 0, 1);
  }
}

function maskOf(columns: readonly number[]): number {
  return columns.reduce((mask, column) => mask | (1 << column), 0);
}

/**
 * One filter in a context of its own. What the filter can reach was all made inside that context; from here it is given
 * primitives and memory, and only primitives are taken back.
 */
export class FilterSandbox {
  private readonly context = bareContext();
  private readonly realm: Realm;
  private readonly frames: Float64Array[] = [];
  /** What the filter can touch, as indices of columns; others do not exist for it. */
  readonly columns: readonly number[];

  /** @param expression a filter wrapped by `compileFilter` */
  constructor(realmScript: Script, expression: string, used: ReadonlySet<(typeof CANDLE_COLUMNS)[number]>) {
    this.columns = CANDLE_COLUMNS.flatMap((name, index) => (used.has(name) ? [index] : []));
    this.realm = realmScript.runInContext(this.context, RUN) as Realm;
    const filter = new Script(expression, { filename: 'filter', lineOffset: -1 });
    this.realm.install(filter.runInContext(this.context, RUN) as () => unknown);
  }

  /** Scratch memory that takes one symbol's candles of an interval: all columns, each of `capacity`. */
  frame(index: number, interval: string, capacity: number): Float64Array {
    this.frames[index] ??= this.realm.addFrame(interval, capacity, maskOf(this.columns));
    return this.frames[index];
  }

  get tickerScratch(): Float64Array {
    return this.realm.tickerScratch;
  }

  place(frame: number, start: number, length: number): void {
    this.realm.place(frame, start, length);
  }

  evaluate(symbol: string, newestClose: number): number {
    return Number(this.realm.evaluate(symbol, newestClose));
  }

  message(): string {
    return String(this.realm.message());
  }

  conditions(): string[] {
    const count = Number(this.realm.conditionCount());
    return Array.from({ length: count }, (_, index) => String(this.realm.condition(index)));
  }

  /** Array memory granted to the filter since it was made. */
  grantedBytes(): number {
    return Number(this.realm.grantedBytes());
  }

  /** Runs what the filter left in its own microtask queue, so that it costs its own deadline and nobody else's. */
  settle(): void {
    drain.runInContext(this.context, RUN);
  }
}
