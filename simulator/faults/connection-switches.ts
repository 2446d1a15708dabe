/** Faults of connections, handshakes and REST. */
import type { RestFault } from '../rest/rest-faults';
import type { Subscriber } from '../stream/subscriber';
import type { FaultTargets } from './fault-targets';

export interface RestFaultOptions {
  /** Requests that meet it; without it, all until `restHealthy`. */
  readonly times?: number;
  readonly retryAfterSeconds?: number;
  readonly hangMs?: number;
}

export class ConnectionSwitches {
  constructor(protected readonly targets: FaultTargets) {}

  /** Closes now; code 1006 resets the TCP connection. @returns how many connections */
  closeConnections(code = 1006, reason = '', id?: number): number {
    return this.each(id, (connection) => connection.close(code, reason));
  }

  /** The exchange forgets the connections without a word: no FIN, no pings, no data. */
  dropWithoutFin(id?: number): number {
    return this.each(id, (connection) => connection.forget());
  }

  /** Takes TCP connections and never answers the handshake. */
  neverAnswer(on = true): void {
    this.targets.handshakeFaults.neverAnswer = on;
  }

  /** Answers handshakes with 403. */
  ban(on = true): void {
    this.targets.handshakeFaults.banned = on;
  }

  stopPings(on = true): void {
    this.targets.handshakeFaults.pings = !on;
  }

  /** Pings go on while the data of a connection stop; of the oldest when no id is given. */
  mute(id?: number, on = true): number {
    const chosen = id ?? this.targets.hub.connections.values().next().value?.id;
    return chosen === undefined ? 0 : this.each(chosen, (connection) => (connection.muted = on));
  }

  /** Announces the shutdown, then closes `leadMs` later. */
  serverShutdown(leadMs = 0): void {
    const event = `{"e":"serverShutdown","E":${this.targets.clock.now()}}`;
    for (const connection of [...this.targets.hub.connections]) {
      connection.send(connection.combined ? `{"stream":"!serverShutdown","data":${event}}` : event);
      setTimeout(() => connection.close(1001, 'Server shutdown'), leadMs).unref();
    }
  }

  rest(fault: RestFault, options: RestFaultOptions = {}): void {
    const { restFaults } = this.targets;
    restFaults.fault = fault;
    restFaults.remaining = options.times ?? Number.POSITIVE_INFINITY;
    restFaults.retryAfterSeconds = options.retryAfterSeconds ?? (fault === 418 ? 120 : 1);
    restFaults.hangMs = options.hangMs ?? 10_000;
  }

  restHealthy(): void {
    this.targets.restFaults.fault = undefined;
  }

  protected each(id: number | undefined, act: (connection: Subscriber) => void): number {
    const chosen = [...this.targets.hub.connections].filter(
      (connection) => id === undefined || connection.id === id,
    );
    chosen.forEach(act);
    return chosen.length;
  }
}
