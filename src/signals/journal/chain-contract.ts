import type { OpenSegmentFile } from './journal-files';

export interface ChainOptions {
  readonly folder: string;
  /** What all segments together may take. */
  readonly maxBytes: number;
  /** A segment that holds so much is followed by a new one. */
  readonly segmentBytes: number;
  readonly openFile: OpenSegmentFile;
}

export interface ChainObserver {
  /** Nothing is written any more, until `resume`. */
  failed(error: unknown): void;
  /** There is no room for `outside` signals that wait. */
  overfull(outside: number): void;
  roomAgain(): void;
}
