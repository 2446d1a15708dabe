/** A trader as the database holds it: nothing in `filter` has been checked yet. */
export interface TraderRow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly isBuiltIn: boolean;
  /** `{ code, refreshInterval?, requiredTimeframes?, minCandles?, includeOpenCandle? }`, if it is what it should be. */
  readonly filter: unknown;
}
