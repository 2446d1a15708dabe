import type { IncomingMessage, ServerResponse } from 'node:http';

/** All that the page shows at one moment, as JSON. */
export interface StatusEvent {
  readonly id: string;
  readonly state: Uint8Array;
}

export interface EventLimits {
  readonly clients: number;
  /** What may wait to be sent to one client before it is given up. */
  readonly backlogBytes: number;
  readonly heartbeatMs: number;
}

const LIMITS: EventLimits = { clients: 32, backlogBytes: 2 * 2 ** 20, heartbeatMs: 10_000 };
const RECONNECT_AFTER_MS = 2000;

/** Server-sent events: every client gets the state when it comes and whenever it was renewed. */
export class StatusEvents {
  private readonly clients = new Set<ServerResponse>();
  private readonly limits: EventLimits;
  private heartbeat: NodeJS.Timeout | undefined;

  /** @param onAudience told when the first client comes and when the last one has gone */
  constructor(
    private readonly onAudience: (looking: boolean) => void,
    limits: Partial<EventLimits> = {},
  ) {
    this.limits = { ...LIMITS, ...limits };
  }

  get size(): number {
    return this.clients.size;
  }

  /** @returns false when there are as many clients as there may be: nothing was answered then */
  join(request: IncomingMessage, response: ServerResponse, latest: StatusEvent | undefined): boolean {
    if (this.clients.size >= this.limits.clients) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: ${RECONNECT_AFTER_MS}\n\n`);
    this.clients.add(response);
    response.on('close', () => this.leave(response));
    response.on('error', () => this.leave(response));
    if (latest && request.headers['last-event-id'] !== latest.id) send(response, latest);
    if (this.clients.size === 1) this.begin();
    return true;
  }

  /** A client that does not take what it is sent is given up: it may come back. */
  broadcast(event: StatusEvent): void {
    for (const client of this.listening()) send(client, event);
  }

  close(): void {
    for (const client of this.clients) client.end();
    clearInterval(this.heartbeat);
  }

  private begin(): void {
    this.heartbeat = setInterval(() => this.beat(), this.limits.heartbeatMs).unref();
    this.onAudience(true);
  }

  private leave(client: ServerResponse): void {
    if (!this.clients.delete(client) || this.clients.size > 0) return;
    clearInterval(this.heartbeat);
    this.onAudience(false);
  }

  /** An event of its own and not a comment: the page must be able to see that the line is alive. */
  private beat(): void {
    for (const client of this.listening()) client.write('event: beat\ndata:\n\n');
  }

  private listening(): ServerResponse[] {
    const slow = [...this.clients].filter((client) => client.writableLength > this.limits.backlogBytes);
    for (const client of slow) client.destroy();
    return [...this.clients].filter((client) => !slow.includes(client));
  }
}

function send(client: ServerResponse, { id, state }: StatusEvent): void {
  client.cork();
  client.write(`id: ${id}\nevent: state\ndata: `);
  client.write(state);
  client.write('\n\n');
  client.uncork();
}
