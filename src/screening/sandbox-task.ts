import { closeTimeOf } from '../market/interval';
import { monotonicNowMs } from '../telemetry/monotonic';
import type { FilterReply, FilterTask } from './messages';
import type { SandboxCache } from './sandbox-cache';
import type { HeapGuard } from './sandbox-memory';
import { SymbolScreening } from './sandbox-screening';

/** Runs tasks, one at a time, and tells how each of its symbols came out. */
export class TaskRunner {
  /** @param symbolStarted counts up once per symbol: main sees by it which worker does not get on */
  constructor(
    private readonly cache: SandboxCache,
    private readonly memory: HeapGuard,
    private readonly symbolStarted: () => void,
  ) {}

  /** @throws FilterMemoryError when the worker has to be replaced */
  run(task: FilterTask): FilterReply {
    const startedAtMs = monotonicNowMs();
    const { taskId } = task;
    const prepared = this.cache.prepare(task);
    const preparedAtMs = monotonicNowMs();
    if (!prepared.ok) {
      const compileMs = preparedAtMs - startedAtMs;
      return { taskId, startedAtMs, compileMs, runMs: 0, kind: 'compile_error', message: prepared.message };
    }
    const compileMs = prepared.compiledNow ? preparedAtMs - startedAtMs : 0;
    const screening = new SymbolScreening(task, prepared.sandbox);
    this.screenAll(task, screening);
    prepared.sandbox.settle();
    return {
      ...{
        taskId,
        startedAtMs,
        compileMs,
        runMs: monotonicNowMs() - startedAtMs - compileMs,
        kind: 'evaluated',
      },
      ...{ verdicts: screening.verdicts, matches: screening.matches, firstFault: screening.firstFault },
      newestCloseMs:
        screening.newestOpenMs === null
          ? null
          : closeTimeOf(task.timeframes[0]!.table.interval, screening.newestOpenMs),
    };
  }

  private screenAll(task: FilterTask, screening: SymbolScreening): void {
    for (let index = 0; index < task.symbols.length; index++) {
      this.symbolStarted();
      screening.screen(index);
      this.memory.check(() => this.cache.keepOnly(task.traderId));
    }
  }
}
