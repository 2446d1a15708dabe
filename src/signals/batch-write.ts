import { persistErrorType } from '../storage/persist-error';
import type { PersistErrorType } from '../telemetry/label-values';

/** Where a queue's batches go: one statement, all items or none, repeatable without effect. */
export interface Sink<Item> {
  insert(items: readonly Item[]): Promise<void>;
}

/** Told of every statement, and of each item once its fate is known. */
export interface BatchObserver<Item> {
  statementDone(durationMs: number, ok: boolean): void;
  /** All of these were stored by one statement. */
  stored(items: readonly Item[]): void;
  /** The database will never take this one. */
  poisoned(item: Item, error: unknown): void;
}

/** What kept the remaining items of a batch from being stored. */
export interface BatchFailure<Item> {
  readonly error: unknown;
  readonly type: PersistErrorType;
  readonly items: readonly Item[];
}

/** Faults that a single row can be the cause of. */
const MAY_BE_ONE_ROW: readonly PersistErrorType[] = ['constraint', 'schema'];
/** So many rows in a row, and none stored: a table or column is missing, and asking for each row would find nothing else. */
const EVERY_ROW = 8;

/**
 * Writes one batch. Where a row may be at fault the batch is halved until the row stands alone: a hundred rows with one
 * bad one take about fourteen statements. A schema fault that strikes every row is the database's, not a row's.
 */
export class BatchWrite<Item> {
  private anyStored = false;
  private readonly suspects: { readonly item: Item; readonly error: unknown }[] = [];

  constructor(
    private readonly sink: Sink<Item>,
    private readonly observer: BatchObserver<Item>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @returns null when every item is stored or poison; else why the rest is not */
  async run(items: readonly Item[]): Promise<BatchFailure<Item> | null> {
    const failure = await this.write(items);
    if (failure !== null) return { ...failure, items };
    return this.judgeSuspects();
  }

  private async write(items: readonly Item[]): Promise<Omit<BatchFailure<Item>, 'items'> | null> {
    const startedMs = this.now();
    try {
      await this.sink.insert(items);
    } catch (error) {
      this.observer.statementDone(this.now() - startedMs, false);
      return this.isolate(items, error);
    }
    this.observer.statementDone(this.now() - startedMs, true);
    this.anyStored = true;
    this.observer.stored(items);
    return null;
  }

  private async isolate(
    items: readonly Item[],
    error: unknown,
  ): Promise<Omit<BatchFailure<Item>, 'items'> | null> {
    const type = persistErrorType(error);
    if (!MAY_BE_ONE_ROW.includes(type)) return { error, type };
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      if (type === 'constraint') this.observer.poisoned(only, error);
      else this.suspects.push({ item: only, error });
      return !this.anyStored && this.suspects.length >= EVERY_ROW ? { error, type } : null;
    }
    const middle = Math.ceil(items.length / 2);
    return (await this.write(items.slice(0, middle))) ?? this.write(items.slice(middle));
  }

  private judgeSuspects(): BatchFailure<Item> | null {
    const [first] = this.suspects;
    if (first === undefined) return null;
    if (!this.anyStored) {
      return { error: first.error, type: 'schema', items: this.suspects.map(({ item }) => item) };
    }
    for (const { item, error } of this.suspects) this.observer.poisoned(item, error);
    return null;
  }
}
