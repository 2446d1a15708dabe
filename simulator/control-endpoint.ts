/** `/simulator/…`: the fault switches and counts of an exchange that runs in another process. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeClock } from './exchange-clock';
import { applyFault, FAULT_NAMES } from './faults/fault-commands';
import type { FaultSwitches } from './faults/fault-switches';
import type { PlayOptions } from './replay/recording-player';
import type { SentCounts } from './stream/sent-counts';

interface Controlled {
  readonly faults: FaultSwitches;
  readonly sent: SentCounts;
  readonly clock: ExchangeClock;
  playRecording(path: string, options: PlayOptions): Promise<number>;
}

export class ControlEndpoint {
  constructor(private readonly exchange: Controlled) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#perform(`${request.method} ${request.url}`, request);
      reply(response, answer === undefined ? 404 : 200, answer ?? { error: 'no such control' });
    } catch (error) {
      reply(response, 400, { error: (error as Error).message });
    }
  }

  async #perform(route: string, request: IncomingMessage): Promise<unknown> {
    switch (route) {
      case 'GET /simulator/sent':
        return this.exchange.sent;
      case 'GET /simulator/faults':
        return FAULT_NAMES;
      case 'POST /simulator/faults':
        return this.#applyFault(await bodyOf(request));
      case 'POST /simulator/recordings':
        return this.#play(await bodyOf(request));
      case 'POST /simulator/advance':
        return this.#advance(await bodyOf(request));
      default:
        return undefined;
    }
  }

  #applyFault({ name, value }: Record<string, unknown>): unknown {
    return {
      applied: name,
      result: applyFault(this.exchange.faults, String(name), String(value ?? '')) ?? null,
    };
  }

  /** Answers when the recording has been played. */
  async #play({ path, retime, speed, toEveryConnection }: Record<string, unknown>): Promise<unknown> {
    if (typeof path !== 'string') throw new Error('path must name a socket recording');
    const options = {
      retime: retime === true,
      speed: typeof speed === 'number' && speed > 0 ? speed : 1,
      toEveryConnection: toEveryConnection === true,
    };
    return { frames: await this.exchange.playRecording(path, options) };
  }

  #advance({ ms }: Record<string, unknown>): unknown {
    if (typeof ms !== 'number' || !(ms > 0)) throw new Error('ms must be a positive number');
    this.exchange.clock.advance(ms);
    return { now: this.exchange.clock.now() };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const parsed: unknown = JSON.parse(text || '{}');
  if (typeof parsed !== 'object' || parsed === null) throw new Error('the body must be a JSON object');
  return parsed as Record<string, unknown>;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
