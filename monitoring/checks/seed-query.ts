/** `nothing` no result at all; `zero` a result that never leaves zero; `split` one result per machine; `data` as meant. */
export type SeedAnswer = 'nothing' | 'zero' | 'split' | 'data';

export interface SeedQuery {
  readonly query: string;
  /** Panel, key query, alert or troubleshooting query of either document. */
  readonly from: string;
  readonly answer: SeedAnswer;
  readonly why: string;
  /** Dashboard / panel, or alert. */
  readonly instead: string;
}
