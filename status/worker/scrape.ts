import { Agent, get, type IncomingMessage } from 'node:http';

/** Twice what the host takes of a page. A larger one would fill the thread's heap. */
const MOST_BYTES = 32 * 2 ** 20;
const TIMEOUT_MS = 10_000;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Its message is a sentence for the operator. */
export class ScrapeFailed extends Error {}

/** Reads the page once. @throws ScrapeFailed */
export async function scrape(
  url: string,
  bearerToken: string | undefined,
  timeoutMs = TIMEOUT_MS,
): Promise<string> {
  try {
    return await read(url, bearerToken, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    throw error instanceof ScrapeFailed ? error : new ScrapeFailed(explain(error as Error, url, timeoutMs));
  }
}

function explain(error: NodeJS.ErrnoException, url: string, timeoutMs: number): string {
  const { code, name, message } = error;
  if (code === 'ECONNREFUSED') return `Nothing listens at ${url}: the metrics cannot be read.`;
  if (name === 'AbortError') return `The metrics at ${url} did not come within ${timeoutMs / 1000} s.`;
  return `The metrics at ${url} cannot be read: ${message}.`;
}

function read(url: string, bearerToken: string | undefined, signal: AbortSignal): Promise<string> {
  const headers = {
    'user-agent': 'trader-status-page',
    ...(bearerToken ? { authorization: `Bearer ${bearerToken}` } : {}),
  };
  return new Promise((resolve, reject) => {
    get(url, { agent, headers, signal }, (response) => {
      response.on('error', reject);
      const refusal = refusalOf(response, url);
      if (refusal === undefined) collect(response, resolve, reject);
      else {
        response.resume();
        reject(new ScrapeFailed(refusal));
      }
    }).on('error', reject);
  });
}

function refusalOf({ statusCode }: IncomingMessage, url: string): string | undefined {
  if (statusCode === 200) return undefined;
  if (statusCode === 401)
    return `${url} wants another token than METRICS_BEARER_TOKEN: the metrics cannot be read.`;
  return `${url} answered ${statusCode}: the machine could not collect its metrics.`;
}

function collect(
  response: IncomingMessage,
  resolve: (text: string) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > MOST_BYTES) {
      response.destroy();
      reject(
        new ScrapeFailed(`The page of metrics is larger than ${MOST_BYTES / 2 ** 20} MiB: it is not read.`),
      );
    }
  });
  response.on('end', () => resolve(Buffer.concat(chunks).toString()));
}
