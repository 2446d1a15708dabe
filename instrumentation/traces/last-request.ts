/** Worker thread that posts one body while the main thread, at its exit, waits for it. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { workerData } from 'node:worker_threads';
import { ANSWERED, FAILED, type LastRequest } from './last-wait';

const { url, headers, body, state } = workerData as LastRequest;
const answer = new Int32Array(state);

function settle(outcome: number): void {
  Atomics.store(answer, 0, outcome);
  Atomics.notify(answer, 0);
}

const send = url.startsWith('https:') ? httpsRequest : httpRequest;
send(url, { method: 'POST', headers, agent: false }, (response) => {
  const { statusCode = 0 } = response;
  response.destroy();
  settle(statusCode >= 200 && statusCode < 300 ? ANSWERED : FAILED);
})
  .on('error', () => settle(FAILED))
  .end(body);
