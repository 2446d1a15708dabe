import type { Script } from 'node:vm';
import { compileFilter } from './filter-source';
import type { FilterTask } from './messages';
import { FilterSandbox } from './sandbox';
import { usedColumns } from './used-columns';

/** A context with its indicators takes some 0.3 MB of the worker's heap and a few milliseconds to make. */
const MOST_SANDBOXES = 64;

export type Prepared =
  | { readonly ok: true; readonly sandbox: FilterSandbox; readonly compiledNow: boolean }
  | { readonly ok: false; readonly message: string };

/** The compiled filters of one worker: one per trader, made anew when its revision or its tables' sizes change. */
export class SandboxCache {
  private readonly byTrader = new Map<string, { readonly key: string; readonly sandbox: FilterSandbox }>();

  constructor(private readonly realmScript: Script) {}

  prepare(task: FilterTask): Prepared {
    const key = keyOf(task);
    const known = this.byTrader.get(task.traderId);
    this.byTrader.delete(task.traderId);
    if (known?.key === key) {
      this.byTrader.set(task.traderId, known);
      return { ok: true, sandbox: known.sandbox, compiledNow: false };
    }
    return this.make(task, key);
  }

  keepOnly(traderId: string): void {
    for (const other of this.byTrader.keys()) if (other !== traderId) this.byTrader.delete(other);
  }

  private make(task: FilterTask, key: string): Prepared {
    const compiled = compileFilter(task.code);
    if (!compiled.ok) return compiled;
    const sandbox = new FilterSandbox(this.realmScript, compiled.expression, usedColumns(task.code));
    this.byTrader.set(task.traderId, { key, sandbox });
    if (this.byTrader.size > MOST_SANDBOXES) this.byTrader.delete(this.byTrader.keys().next().value!);
    return { ok: true, sandbox, compiledNow: true };
  }
}

function keyOf({ revision, timeframes }: FilterTask): string {
  const frames = timeframes.map(({ table }) => `${table.interval}/${table.capacity}`);
  return [revision, ...frames].join(' ');
}
