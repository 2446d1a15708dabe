import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from './health';
import { withoutCredentials } from './redaction';
import type { StatusPage } from './status-page';

export interface MachineReport extends HealthReport {
  readonly machine: string;
  readonly version: string;
  readonly uptimeSeconds: number;
}

/**
 * `GET /health` for Fly's check and for people: 200 while the machine can do its job, else 503; with the diagnosis in
 * sentences. Every other path is the status page's, where there is one.
 */
export class HealthServer {
  private readonly server: Server;

  constructor(
    private readonly report: () => MachineReport,
    private readonly page?: StatusPage,
  ) {
    this.server = createServer(
      {
        headersTimeout: 2000,
        requestTimeout: 3000,
        keepAliveTimeout: 5000,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => this.answer(request, response),
    );
    this.server.maxConnections = 128;
  }

  /** @returns the port it listens on. @throws the bind error, e.g. EADDRINUSE. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, () => {
        this.server.off('error', reject);
        this.page?.start();
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  async close(): Promise<void> {
    await this.page?.close();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end();
    } else if (path === '/health') {
      this.answerHealth(request, response);
    } else if (this.page) {
      this.page.answer(request, response, path);
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Only /health is served here\n');
    }
  }

  private answerHealth(request: IncomingMessage, response: ServerResponse): void {
    const diagnosis = this.page?.diagnosis();
    const report = { ...this.report(), ...(diagnosis && { diagnosis }) };
    const body = `${withoutCredentials(JSON.stringify(report, null, 2))}\n`;
    response.writeHead(report.status === 'failed' ? 503 : 200, { 'content-type': 'application/json' });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}
