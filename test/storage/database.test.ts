import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/storage/database';
import { persistErrorType } from '../../src/storage/persist-error';
import { logLines } from '../support/log-lines';

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

async function serverThat(onSocket: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `postgresql://user:canary-password@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/db`;
}

const failureOf = (result: Promise<unknown>) => result.then(() => undefined).catch((error: Error) => error);

describe('Database, where no Postgres answers', () => {
  it('takes a closed port as a network failure and says so in its health, without the password', async () => {
    const url = await serverThat((socket) => socket.destroy());
    const { log, text } = logLines();
    const database = new Database({ url, statementTimeoutMs: 1000 }, log);
    const error = await failureOf(database.query('select 1'));
    expect(persistErrorType(error)).toBe('network');
    expect(database.health()).toMatchObject({ status: 'degraded' });
    expect(JSON.stringify(database.health()) + text()).not.toContain('canary-password');
    await database.close();
  });

  it('gives up a connection to a server that accepts and says nothing', async () => {
    const url = await serverThat(() => {});
    const database = new Database({ url, statementTimeoutMs: 1000, connectionTimeoutMs: 50 }, logLines().log);
    expect(persistErrorType(await failureOf(database.query('select 1')))).toBe('network');
    await database.close();
  });
});
