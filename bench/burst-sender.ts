/** An exchange that says everything at once: `{ frames }` in, then each of them out through one WebSocket, unpaced. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});

process.on('message', ({ frames }: { frames: readonly string[] }) => {
  for (const client of server.clients) for (const frame of frames) client.send(frame);
});
