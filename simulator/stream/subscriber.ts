/** A connection as the streams and the fault switches see it. */
export interface Subscriber {
  readonly id: number;
  readonly streams: ReadonlySet<string>;
  /** Events are wrapped in stream and data. */
  readonly combined: boolean;
  readonly inMicroseconds: boolean;
  /** Pings go on, data does not. */
  muted: boolean;
  send(frame: string): void;
  /** Code 1006 resets the TCP connection instead of closing it. */
  close(code: number, reason: string): void;
  forget(): void;
  terminate(): void;
}
