import type { TimeFormat } from '../frames';
import type { Subscriber } from './subscriber';

/** An event as text, its times in the format that is asked for. */
export type EventText = (time: TimeFormat) => string;

/** One stream: who listens to it, and what was sent on it. */
export class Channel {
  readonly subscribers = new Set<Subscriber>();
  /** The newest event, for the faults that repeat it. */
  last: EventText | undefined;

  constructor(readonly name: string) {}
}
