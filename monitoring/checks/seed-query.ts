/** `nothing` no result at all; `split` one result per machine; `chance` now this, now that; `data` as meant. */
export type SeedAnswer = 'nothing' | 'split' | 'chance' | 'data';

export interface SeedQuery {
  readonly query: string;
  /** Panel, key query, alert or troubleshooting query of either document. */
  readonly from: string;
  readonly answer: SeedAnswer;
  readonly why: string;
  /** Dashboard / panel, or alert. */
  readonly instead: string;
}
