import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TlsSettings } from '../traces-settings';

export interface LastRequest {
  readonly url: string;
  /** Over HTTP/2, as gRPC has it; else one POST. */
  readonly grpc: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
  /** The body is compressed. */
  readonly gzip: boolean;
  readonly body: Uint8Array;
  /** One Int32: 0, then one of the outcomes below. */
  readonly state: SharedArrayBuffer;
}

export const ANSWERED = 1;
export const FAILED = 2;

/**
 * Posts from another thread and blocks this one until the answer: at the exit no promise of this thread is ever
 * continued. @returns whether the answer was a success
 */
export function postAndWait(post: Omit<LastRequest, 'state'>, withinMs: number): boolean {
  const state = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  // An empty NODE_OPTIONS: no preload of the application may run again at its end.
  const options = { workerData: { ...post, state }, execArgv: [], env: {}, stdout: true, stderr: true };
  new Worker(join(__dirname, 'last-request.js'), options).unref();
  const answer = new Int32Array(state);
  Atomics.wait(answer, 0, 0, withinMs);
  return Atomics.load(answer, 0) === ANSWERED;
}
