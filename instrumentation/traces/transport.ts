/** What one attempt to hand a batch to a collector comes to. */
import type { DropReason } from '../metrics/catalogue';

export interface Taken {
  readonly taken: true;
  /** Spans that the collector took note of and did not keep (OTLP's partial success). */
  readonly rejectedSpans: number;
}

export interface Refused {
  readonly taken: false;
  readonly reason: DropReason;
  /** For the operator; holds nothing that the collector or a secret could have put there. */
  readonly said: string;
  readonly retryable: boolean;
  /** When the collector asks to wait. */
  readonly retryAfterMs?: number;
}

export type Answer = Taken | Refused;

export const TAKEN: Taken = Object.freeze({ taken: true, rejectedSpans: 0 });

export const TOO_LATE: Refused = Object.freeze({
  taken: false,
  reason: 'timeout',
  said: 'no answer in time',
  retryable: false,
});

/** Reads a collector's answer; throws for one that is not OTLP. */
export type ReadAnswer = (body: Uint8Array) => Taken;

export interface Transport {
  /** Never rejects, and is over within `withinMs`. */
  send(body: Uint8Array, withinMs: number): Promise<Answer>;
  close(): void;
}
