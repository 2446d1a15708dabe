/** Sends the frames of a socket recording once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExchangeClock } from '../exchange-clock';
import type { StreamHub } from '../stream/stream-hub';
import { eventTimeOf, type RecordedFrame, readSocketRecording, retimed, streamOf } from './socket-recording';

export interface PlayOptions {
  /** Move the times to now, by whole minutes so that candles stay on their grid. Default: byte for byte. */
  readonly retime?: boolean;
  /** Recorded seconds per second; Infinity sends all at once. Default 1. */
  readonly speed?: number;
  /** Send to every connection, not only to those that subscribed to a frame's stream. */
  readonly toEveryConnection?: boolean;
}

const MINUTE_MS = 60_000;

export class RecordingPlayer {
  readonly #ended = new AbortController();

  constructor(
    private readonly hub: StreamHub,
    private readonly clock: ExchangeClock,
  ) {}

  /** @returns frames that reached a connection, each counted once */
  async play(path: string, options: PlayOptions = {}): Promise<number> {
    const frames = [...readSocketRecording(path)];
    const first = frames[0];
    if (!first) throw new Error(`${path} holds no recorded frame`);
    const shiftMs = options.retime ? this.#shift(frames) : 0;
    const startMs = performance.now() + (options.retime ? this.#waitMs(frames, shiftMs) : 0);
    let reached = 0;
    for (const frame of frames) {
      const dueMs = startMs + (frame.receivedMs - first.receivedMs) / (options.speed ?? 1);
      if (!(await this.#until(dueMs))) return reached;
      if (this.#send(shiftMs === 0 ? frame.text : retimed(frame.text, shiftMs), options)) reached++;
    }
    return reached;
  }

  stop(): void {
    this.#ended.abort();
  }

  #send(frame: string, { toEveryConnection }: PlayOptions): boolean {
    if (!toEveryConnection) return this.hub.sendRaw(streamOf(frame) ?? '', frame) > 0;
    for (const connection of this.hub.connections) connection.send(frame);
    return this.hub.connections.size > 0;
  }

  /** Whole minutes from the recording to the next time that its second of the minute comes round. */
  #shift(frames: readonly RecordedFrame[]): number {
    const lateMs = this.clock.now() - firstEventTime(frames);
    return Math.ceil(lateMs / MINUTE_MS) * MINUTE_MS;
  }

  #waitMs(frames: readonly RecordedFrame[], shiftMs: number): number {
    return this.clock.realMsUntil(firstEventTime(frames) + shiftMs);
  }

  async #until(dueMs: number): Promise<boolean> {
    const waitMs = dueMs - performance.now();
    if (waitMs >= 1) await sleep(waitMs, undefined, { signal: this.#ended.signal }).catch(() => undefined);
    return !this.#ended.signal.aborted;
  }
}

function firstEventTime(frames: readonly RecordedFrame[]): number {
  for (const { text } of frames) {
    const time = eventTimeOf(text);
    if (time !== undefined) return time;
  }
  return frames[0]!.receivedMs;
}
