import type { Logger } from '../log';
import type { MarketSpans } from '../telemetry/spans-market';
import { AttemptGate } from './attempt-gate';
import { StreamConnection, type StreamState } from './stream-connection';
import type { ConnectionListener } from './stream-contract';
import type { PoolOptions } from './stream-options';
import { StreamPlan } from './stream-plan';

/** As many connections as the wanted streams need. */
export class StreamPool {
  private readonly plan: StreamPlan;
  private readonly gate = new AttemptGate();
  private readonly connections = new Map<number, StreamConnection>();
  private readonly leaving = new Set<Promise<void>>();
  private reconnectsOfTheGone = 0;

  constructor(
    private readonly options: PoolOptions,
    private readonly listener: ConnectionListener,
    private readonly log: Logger,
    private readonly spans?: MarketSpans,
  ) {
    this.plan = new StreamPlan(options.maxStreamsPerConnection);
  }

  /** Every needed connection is open and fully subscribed. */
  get connected(): boolean {
    const connections = [...this.connections.values()];
    return connections.length > 0 && connections.every((connection) => connection.settled);
  }

  get reconnects(): number {
    let reconnects = this.reconnectsOfTheGone;
    for (const connection of this.connections.values()) reconnects += connection.reconnects;
    return reconnects;
  }

  get states(): Record<StreamState, number> {
    const states = { connecting: 0, open: 0, backoff: 0 };
    for (const connection of this.connections.values()) states[connection.state]++;
    return states;
  }

  get problems(): string[] {
    return [...this.connections]
      .filter(([, connection]) => connection.lastProblem !== '')
      .map(([number, connection]) => `${this.nameOf(number)} ${connection.lastProblem}`);
  }

  isSubscribed(stream: string): boolean {
    const number = this.plan.connectionOf(stream);
    return number !== undefined && (this.connections.get(number)?.isSubscribed(stream) ?? false);
  }

  setStreams(streams: ReadonlySet<string>): void {
    this.plan.setStreams(streams);
    const planned = this.plan.connections;
    for (const number of [...this.connections.keys()]) if (!planned.has(number)) this.drop(number);
    for (const number of planned.keys()) if (!this.connections.has(number)) this.add(number);
    for (const [number, held] of planned) this.connections.get(number)!.setStreams(held);
  }

  /** @throws FeedStoppedError when the pool is stopped first */
  async whenSettled(): Promise<void> {
    await Promise.all([...this.connections.values()].map((connection) => connection.whenSettled()));
  }

  resubscribe(streams: readonly string[]): void {
    for (const [number, connection] of this.connections) {
      const own = streams.filter((stream) => this.plan.connectionOf(stream) === number);
      if (own.length > 0) connection.resubscribe(own);
    }
  }

  async stop(): Promise<void> {
    const stopping = [...this.connections.values()].map((connection) => connection.stop());
    await Promise.all([...stopping, ...this.leaving]);
  }

  private add(number: number): void {
    const identity = { number, name: () => this.nameOf(number) };
    const { options, gate, listener, log, spans } = this;
    const connection = new StreamConnection(identity, options, gate, listener, log, spans);
    this.connections.set(number, connection);
  }

  private drop(number: number): void {
    const connection = this.connections.get(number)!;
    this.connections.delete(number);
    this.reconnectsOfTheGone += connection.reconnects;
    const stopped = connection.stop().finally(() => this.leaving.delete(stopped));
    this.leaving.add(stopped);
  }

  private nameOf(number: number): string {
    const place = [...this.connections.keys()].indexOf(number) + 1;
    return `Binance connection ${place} of ${this.connections.size}`;
  }
}
