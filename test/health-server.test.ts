import { afterEach, describe, expect, it } from '@jest/globals';
import { type Component, reportHealth } from '../src/health';
import { HealthServer } from '../src/health-server';

const ok: Component = () => ({ status: 'ok', detail: 'fine' });
const degraded: Component = () => ({ status: 'degraded', detail: 'slow' });
const failed: Component = () => ({ status: 'failed', detail: 'gone' });

let server: HealthServer | undefined;
afterEach(async () => await server?.close());

async function serving(components: Record<string, Component>): Promise<string> {
  server = new HealthServer(() => ({
    machine: 'm1',
    version: '1',
    uptimeSeconds: 1,
    ...reportHealth(components),
  }));
  return `http://127.0.0.1:${await server.listen(0)}`;
}

describe('reportHealth', () => {
  it('is as well as the worst component', () => {
    expect(reportHealth({ a: ok, b: ok }).status).toBe('ok');
    expect(reportHealth({ a: ok, b: degraded }).status).toBe('degraded');
    expect(reportHealth({ a: failed, b: degraded }).status).toBe('failed');
  });

  it('takes a check that throws for a failed component, and still reports the others', () => {
    const broken: Component = () => {
      throw new Error('no such table');
    };
    expect(reportHealth({ a: ok, b: broken }).components).toEqual({
      a: { status: 'ok', detail: 'fine' },
      b: { status: 'failed', detail: 'the check itself failed: no such table' },
    });
  });
});

describe('GET /health', () => {
  it('answers 200 with every component while the machine can do its job, degraded included', async () => {
    const response = await fetch(`${await serving({ exchange: ok, database: degraded })}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'degraded',
      components: { exchange: { status: 'ok' }, database: { detail: 'slow' } },
    });
  });

  it('answers 503 when a component has failed', async () => {
    expect((await fetch(`${await serving({ exchange: failed })}/health`)).status).toBe(503);
  });

  it('answers HEAD without a body, 405 to other methods and 404 elsewhere', async () => {
    const url = await serving({ exchange: ok });
    expect(await (await fetch(`${url}/health`, { method: 'HEAD' })).text()).toBe('');
    expect((await fetch(`${url}/health`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/secret`)).status).toBe(404);
  });

  it('serves nothing else, and gives no diagnosis, where the status page is off', async () => {
    const url = await serving({ exchange: ok });
    for (const path of ['/', '/status.json', '/events', '/assets/x', '/runbooks/x.md'])
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    expect(await (await fetch(`${url}/health`)).json()).not.toHaveProperty('diagnosis');
  });

  it('rejects with the bind error when the port is taken', async () => {
    const port = Number(new URL(await serving({ exchange: ok })).port);
    const second = new HealthServer(() => ({
      machine: 'm2',
      version: '1',
      uptimeSeconds: 1,
      ...reportHealth({}),
    }));
    await expect(second.listen(port)).rejects.toThrow('EADDRINUSE');
  });
});
