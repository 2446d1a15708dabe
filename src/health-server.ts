import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from './health';
import { withoutCredentials } from './redaction';

export interface MachineReport extends HealthReport {
  readonly machine: string;
  readonly version: string;
  readonly uptimeSeconds: number;
}

/** `GET /health` for Fly's check and for people: 200 while the machine can do its job, else 503. */
export class HealthServer {
  private readonly server: Server;

  constructor(private readonly report: () => MachineReport) {
    this.server = createServer(
      { headersTimeout: 2000, requestTimeout: 3000, keepAliveTimeout: 5000 },
      (request, response) => this.answer(request, response),
    );
    this.server.maxConnections = 64;
  }

  /** @returns the port it listens on. @throws the bind error, e.g. EADDRINUSE. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end();
    } else if (request.url?.split('?')[0] !== '/health') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Only /health is served here\n');
    } else {
      const report = this.report();
      const body = `${withoutCredentials(JSON.stringify(report, null, 2))}\n`;
      response.writeHead(report.status === 'failed' ? 503 : 200, { 'content-type': 'application/json' });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  }
}
