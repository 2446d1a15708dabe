import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, persistErrorType } from '../storage/persist-error';
import type { Analyser, StoredAnalysis } from './analysis';
import { AnalysisError, asAnalysisError } from './analysis-error';
import type { Signal } from './signal';

export interface AnalysisStore {
  insert(analysis: StoredAnalysis): Promise<void>;
}

export interface TryOptions {
  readonly tries: number;
  readonly tryTimeoutMs: number;
  /** Before the second try; before the n-th, n − 1 times as long. */
  readonly retryDelayMs: number;
}

/** One signal's analysis, from the first try to the row. */
export class AnalysisJob {
  constructor(
    private readonly analyser: Analyser,
    private readonly store: AnalysisStore,
    private readonly options: TryOptions,
  ) {}

  /** @throws AnalysisError once every try has failed or `abandon` is aborted */
  async run(signal: Signal, abandon: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    const assessment = await this.withTries(abandon, (abort) => this.analyser.analyse(signal, abort));
    const analysis: StoredAnalysis = {
      ...assessment,
      signalId: signal.id,
      traderId: signal.traderId,
      modelName: this.analyser.modelName,
      latencyMs: performance.now() - startedMs,
    };
    // An answer that cost money is stored again, not asked for again.
    await this.withTries(abandon, () => this.store.insert(analysis).catch(asPersistFailure));
  }

  private async withTries<Result>(
    abandon: AbortSignal,
    attempt: (abort: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { tries, tryTimeoutMs, retryDelayMs } = this.options;
    for (let count = 1; ; count++) {
      try {
        return await inTime(attempt, tryTimeoutMs, abandon);
      } catch (error) {
        const failure = asAnalysisError(error);
        if (abandon.aborted || !failure.mayPass || count === tries) throw failure;
        await delay(retryDelayMs * count, undefined, { signal: abandon }).catch(() => {
          throw stopped();
        });
      }
    }
  }
}

/** Runs one try. It gets a signal of its own: nothing stays attached to `abandon` once it is over. */
async function inTime<Result>(
  attempt: (abort: AbortSignal) => Promise<Result>,
  timeoutMs: number,
  abandon: AbortSignal,
): Promise<Result> {
  const abort = new AbortController();
  let cut: (error: AnalysisError) => void = () => {};
  const cutOff = new Promise<never>((_, reject) => {
    cut = (error) => {
      reject(error);
      abort.abort(error);
    };
  });
  const giveUp = () => cut(stopped());
  const timer = setTimeout(
    () => cut(new AnalysisError('timeout', `no answer in ${timeoutMs} ms`, true)),
    timeoutMs,
  );
  abandon.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([attempt(abort.signal), cutOff]);
  } finally {
    clearTimeout(timer);
    abandon.removeEventListener('abort', giveUp);
  }
}

function stopped(): AnalysisError {
  return new AnalysisError('shutdown', 'the machine is stopping', false);
}

function asPersistFailure(error: unknown): never {
  const type = persistErrorType(error);
  const mayPass = type !== 'constraint' && type !== 'schema';
  throw new AnalysisError(
    'persist',
    `the analysis could not be stored (${type}: ${messageOf(error)})`,
    mayPass,
  );
}
