import type { RejectionReason } from './catalogue';

/** Where the guards report what they did not let through. */
export interface Rejections {
  rejected(reason: RejectionReason, count?: number): void;
  /** A measurement found its metric at its limit of series. */
  overflowed(metric: string): void;
}
