import { z } from 'zod';
import type { MarketView } from '../market/market-view';
import { type HttpSpan, type HttpSpans, originOnly } from '../telemetry/spans-http';
import { type Analyser, type Assessment, DECISIONS } from './analysis';
import { AnalysisError } from './analysis-error';
import { promptFor } from './analysis-prompt';
import type { Signal } from './signal';
import { candlesUpTo } from './technical-analyser';
import { indicatorsOf } from './technical-indicators';

export interface HttpAnalyserOptions {
  /** The whole address of an OpenAI-compatible chat completions endpoint. May hold secrets: never logged. */
  readonly url: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

const price = z.number().nonnegative();
const ANSWER = z.object({
  decision: z.enum(DECISIONS),
  confidence: z.number().min(0).max(1),
  reasoning: z.string().min(1).max(8000),
  key_levels: z.object({
    support: z.array(price).max(20),
    resistance: z.array(price).max(20),
    stop: price.nullable(),
    target: price.nullable(),
  }),
});
const COMPLETION = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});

/** An answer of a few sentences is a few kilobytes. */
const MAX_ANSWER_BYTES = 256 * 1024;
/** Refusals that another try may overcome. */
const PASSING_STATUSES: readonly number[] = [408, 409, 425, 429];

/** Asks a language model. Its answer is checked before anything is stored. */
export class HttpAnalyser implements Analyser {
  readonly modelName: string;

  constructor(
    private readonly options: HttpAnalyserOptions,
    private readonly market: Pick<MarketView, 'recentCandles'>,
    private readonly spans?: HttpSpans,
  ) {
    this.modelName = options.model;
  }

  async analyse(signal: Signal, abort: AbortSignal): Promise<Assessment> {
    const candles = candlesUpTo(this.market, signal);
    const body = {
      model: this.options.model,
      messages: promptFor(signal, candles),
      response_format: { type: 'json_object' },
    };
    const text = await this.ask(JSON.stringify(body), abort);
    const { close, rsi, fastEma, slowEma, atr } = indicatorsOf(candles);
    const technicalIndicators = { close, rsi_14: rsi, ema_20: fastEma, ema_50: slowEma, atr_14: atr };
    return { ...readAnswer(text), technicalIndicators };
  }

  private async ask(body: string, signal: AbortSignal): Promise<string> {
    const span = this.spans?.request('POST', new URL(this.options.url), originOnly);
    try {
      return await this.post(body, signal, span);
    } catch (error) {
      const failure = error instanceof AnalysisError ? error : networkError(error);
      const cause = signal.reason instanceof AnalysisError ? signal.reason : failure;
      if (failure.failure !== 'http') span?.failed(cause.failure, cause);
      throw failure;
    } finally {
      span?.end();
    }
  }

  private async post(body: string, signal: AbortSignal, span: HttpSpan | undefined): Promise<string> {
    const { url, apiKey } = this.options;
    const headers = {
      ...span?.headers(),
      'content-type': 'application/json',
      ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    };
    // A redirect would carry the key and the prompt to whoever the server names.
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    span?.answered(response.status);
    if (response.ok) return await readLimited(response);
    await response.body?.cancel();
    throw httpError(response.status);
  }
}

function httpError(status: number): AnalysisError {
  const mayPass = status >= 500 || PASSING_STATUSES.includes(status);
  return new AnalysisError('http', `the analysis service answered with HTTP ${status}`, mayPass);
}

/** fetch says only "fetch failed"; the socket's code says why. Messages are left out: they may name the URL. */
function networkError(error: unknown): AnalysisError {
  const { code } = ((error as Error | undefined)?.cause ?? {}) as { code?: unknown };
  const reason = typeof code === 'string' ? ` (${code})` : '';
  return new AnalysisError('network', `the analysis service could not be reached${reason}`, true);
}

async function readLimited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw badAnswer(`its answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readAnswer(text: string): Omit<Assessment, 'technicalIndicators'> {
  const completion = check(COMPLETION, text, 'the completion');
  const { key_levels: keyLevels, ...answer } = check(
    ANSWER,
    completion.choices[0]?.message.content ?? '',
    "the model's answer",
  );
  return { ...answer, keyLevels };
}

function check<Schema extends z.ZodType>(schema: Schema, text: string, what: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text, what));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badAnswer(`${what} is wrong at "${issue?.path.join('.')}": ${issue?.message}`);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(`${what} is not JSON`);
  }
}

/** Models answer differently each time: worth another try. */
function badAnswer(message: string): AnalysisError {
  return new AnalysisError('bad_answer', message, true);
}
