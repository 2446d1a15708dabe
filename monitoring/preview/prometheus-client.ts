/** The part of Prometheus' HTTP interface that a preview needs. */

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** [epoch milliseconds, value], in order. */
  readonly points: readonly (readonly [number, number])[];
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

type Sample = readonly [number, string];
interface Row {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
}
interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly Row[] };
}

/** Points of a line: more would not be seen. */
const POINTS = 180;
const POSSIBLE_STEP_MS = 1000;

export class PrometheusClient {
  constructor(private readonly url: string) {}

  stepMs({ fromMs, toMs }: TimeRange): number {
    return Math.max(
      POSSIBLE_STEP_MS,
      Math.ceil((toMs - fromMs) / POINTS / POSSIBLE_STEP_MS) * POSSIBLE_STEP_MS,
    );
  }

  /** @throws Error with the server's own words */
  async range(query: string, range: TimeRange, stepMs: number): Promise<Series[]> {
    const { fromMs, toMs } = range;
    const window = { start: String(fromMs / 1000), end: String(toMs / 1000), step: String(stepMs / 1000) };
    return await this.ask('query_range', { query, ...window });
  }

  /** @throws Error with the server's own words */
  async instant(query: string, atMs: number): Promise<Series[]> {
    return await this.ask('query', { query, time: String(atMs / 1000) });
  }

  private async ask(path: string, parameters: Record<string, string>): Promise<Series[]> {
    const url = new URL(`api/v1/${path}`, this.url.endsWith('/') ? this.url : `${this.url}/`);
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams(parameters) }).catch(
      (error: Error) => {
        throw new Error(`Prometheus at ${this.url} does not answer: ${error.message}`);
      },
    );
    const text = await response.text();
    const answer = parsed(text);
    if (answer?.data === undefined)
      throw new Error(answer?.error ?? `${url.host} answered ${response.status} and no JSON`);
    return answer.data.result.filter(({ metric }) => metric !== undefined).map(series);
  }
}

function parsed(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
}

function series({ metric, value, values }: Row): Series {
  const samples = values ?? (value === undefined ? [] : [value]);
  return { labels: metric, points: samples.map(([seconds, text]) => [seconds * 1000, Number(text)]) };
}
