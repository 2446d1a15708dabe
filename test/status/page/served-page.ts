import { join } from 'node:path';
import { HealthServer } from '../../../src/health-server';
import { createLogger } from '../../../src/log';
import { StatusPage } from '../../../src/status-page';
import { ROOT } from '../../support/source-files';

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** The built page and its thread, on a server of the test's own. Needs the build. */
export async function servePage(metricsUrl: () => string | undefined, port = 0): Promise<ServedPage> {
  const folder = join(ROOT, 'dist/status/page');
  const file = join(ROOT, 'dist/status/worker/main.js');
  const page = new StatusPage({ file, folder, metricsUrl }, createLogger('silent'));
  const report = () =>
    ({ machine: 'm', version: '1', uptimeSeconds: 1, status: 'ok', components: {} }) as const;
  const server = new HealthServer(report, page);
  return { url: `http://127.0.0.1:${await server.listen(port)}`, close: () => server.close() };
}
