import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };

/** Takes every request as a collector does. */
export async function receiver() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, PROTOBUF).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, stop: () => server.close(() => {}).closeAllConnections() };
}
