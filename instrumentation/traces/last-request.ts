/** Worker thread that sends one body while the main thread, at its exit, waits for it. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { workerData } from 'node:worker_threads';
import { ANSWERED, FAILED, type LastRequest } from './last-wait';

const { url, grpc, headers, tls, gzip, body, state } = workerData as LastRequest;
const answer = new Int32Array(state);

function settle(taken: boolean): void {
  Atomics.store(answer, 0, taken ? ANSWERED : FAILED);
  Atomics.notify(answer, 0);
}

function post(): void {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  send(url, { method: 'POST', headers, agent: false, ...tls }, (response) => {
    const { statusCode = 0 } = response;
    response.destroy();
    settle(statusCode >= 200 && statusCode < 300);
  })
    .on('error', () => settle(false))
    .end(body);
}

/** A unary call: one frame of flag, length and message; the outcome is in the trailers. */
function call(): void {
  // Loaded here: a thread that starts while its process waits to end has no time for what it does not need.
  const { connect } = require('node:http2') as typeof import('node:http2');
  const session = connect(new URL(url).origin, tls).on('error', () => settle(false));
  const stream = session.request({
    ...headers,
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    ...(gzip ? { 'grpc-encoding': 'gzip' } : {}),
  });
  const frame = Buffer.alloc(5);
  frame.writeUInt8(gzip ? 1 : 0);
  frame.writeUInt32BE(body.length, 1);
  // An answer without a message has its status among the headers.
  for (const event of ['response', 'trailers'] as const)
    stream.on(event, (fields) => {
      if (fields['grpc-status'] !== undefined) settle(fields['grpc-status'] === '0');
    });
  stream.on('error', () => settle(false)).resume();
  stream.end(Buffer.concat([frame, body]));
}

if (grpc) call();
else post();
