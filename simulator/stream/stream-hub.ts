/** Streams and their subscribers; every event leaves through here, so that faults and counts see all of them. */
import { combinedFrame, microseconds, milliseconds } from '../frames';
import { Channel, type EventText } from './channel';
import type { SentCounts } from './sent-counts';
import type { StreamFaults } from './stream-faults';
import type { Subscriber } from './subscriber';

export class StreamHub {
  readonly connections = new Set<Subscriber>();
  readonly #channels = new Map<string, Channel>();
  #onSubscribe: (stream: string) => void = () => {};

  constructor(
    private readonly faults: StreamFaults,
    private readonly sent: SentCounts,
  ) {}

  /** Called for the first subscriber of a stream, before its acknowledgement. */
  onSubscribe(listener: (stream: string) => void): void {
    this.#onSubscribe = listener;
  }

  subscribe(connection: Subscriber, stream: string): void {
    let channel = this.#channels.get(stream);
    if (!channel) {
      channel = new Channel(stream);
      this.#channels.set(stream, channel);
    }
    if (channel.subscribers.size === 0) this.#onSubscribe(stream);
    channel.subscribers.add(connection);
  }

  unsubscribe(connection: Subscriber, stream: string): void {
    this.#channels.get(stream)?.subscribers.delete(connection);
  }

  remove(connection: Subscriber): void {
    this.connections.delete(connection);
    for (const stream of connection.streams) this.unsubscribe(connection, stream);
  }

  hasSubscribers(stream: string): boolean {
    return (this.#channels.get(stream)?.subscribers.size ?? 0) > 0;
  }

  /** Streams somebody listens to. */
  streams(): string[] {
    return [...this.#channels.values()]
      .filter(({ subscribers }) => subscribers.size > 0)
      .map(({ name }) => name);
  }

  /** Sends an event; each connection's own form decides about the wrapping and the unit of times. */
  publish(stream: string, event: EventText, closesCandle = false): void {
    const channel = this.#channels.get(stream);
    if (!channel || channel.subscribers.size === 0 || this.faults.isSilent(stream)) return;
    if (!this.faults.frozen) channel.last = undefined;
    channel.last ??= event;
    if (this.faults.frozen) {
      this.#deliver(channel, channel.last, closesCandle);
      return;
    }
    this.#deliver(
      channel,
      this.faults.damages ? (time) => this.faults.damage(event(time)) : event,
      closesCandle,
    );
  }

  /** Sends the newest event of a stream once more, byte for byte. */
  repeatLast(stream: string): boolean {
    const channel = this.#channels.get(stream);
    if (channel?.last === undefined) return false;
    this.#deliver(channel, channel.last, false);
    return true;
  }

  /** Sends bytes that no market made, exactly as they are, on the connections that listen to the stream. */
  sendRaw(stream: string, frame: string): number {
    const subscribers = this.#channels.get(stream)?.subscribers ?? [];
    let count = 0;
    for (const connection of subscribers) {
      connection.send(frame);
      count++;
    }
    if (count > 0) this.sent.frame(stream, count, false);
    return count;
  }

  #deliver(channel: Channel, event: EventText, closesCandle: boolean): void {
    /** By unit of time and wrapping; most events are rendered once. */
    const rendered: (string | undefined)[] = [];
    let count = 0;
    for (const connection of channel.subscribers) {
      if (connection.muted) continue;
      const inMicroseconds = connection.inMicroseconds || this.faults.microseconds;
      const form = (inMicroseconds ? 2 : 0) + (connection.combined ? 1 : 0);
      rendered[form] ??= render(channel.name, event, inMicroseconds, connection.combined);
      connection.send(rendered[form]);
      count++;
    }
    this.sent.frame(channel.name, count, closesCandle);
  }
}

function render(stream: string, event: EventText, inMicroseconds: boolean, combined: boolean): string {
  const text = event(inMicroseconds ? microseconds : milliseconds);
  return combined ? combinedFrame(stream, text) : text;
}
