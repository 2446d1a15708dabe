import { parsePage } from '../samples/parse';
import { isTraderPage, readPage } from '../samples/read';
import type { Reading } from '../samples/reading';

/** Nothing can be said about the machine. The message is one sentence for the operator. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const TIMEOUT_MS = 10_000;
/** Four times what Fly's scraper takes. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** @throws UnreachableError */
export async function fetchReading(url: string, token: string | undefined): Promise<Reading> {
  const { text, answeredMs } = await fetchText(url, token);
  const page = parsePage(text);
  if (!isTraderPage(page))
    throw new UnreachableError(
      `${url} answers, but it is no trader's metrics page: it lacks registry_size, market_symbols and the others of the contract`,
    );
  return readPage(page, Date.now(), answeredMs);
}

async function fetchText(url: string, token: string | undefined) {
  try {
    const headers = { accept: 'text/plain', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new UnreachableError(refusal(url, response.status, token !== undefined));
    }
    const answeredMs = Date.parse(response.headers.get('date') ?? '');
    return { text: await limited(url, response), answeredMs };
  } catch (error) {
    if (error instanceof UnreachableError) throw error;
    throw new UnreachableError(failure(url, error));
  }
}

async function limited(url: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES)
      throw new UnreachableError(`${url} sends more than 64 MiB: that is no trader's metrics page`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function refusal(url: string, status: number, tokenSent: boolean): string {
  if (status === 401 || status === 403)
    return tokenSent
      ? `${url} refuses the token in METRICS_BEARER_TOKEN (${status})`
      : `${url} wants a bearer token (${status}): set METRICS_BEARER_TOKEN`;
  if (status >= 500) return `${url} cannot make its metrics page (${status}): the trader's log says why`;
  return `${url} answered ${status}, not a metrics page`;
}

function failure(url: string, error: unknown): string {
  const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `${url} did not answer within ${TIMEOUT_MS / 1000} s`;
  switch (cause?.code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${url}: is the trader running, and is this its METRICS_PORT? (For a machine on Fly, run "fly proxy 9091" beside this.)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no host ${new URL(url).hostname}`;
    default:
      return `${url} cannot be read: ${cause?.message || cause?.code || message}`;
  }
}
