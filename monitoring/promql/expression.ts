/** PromQL as a tree of a few kinds: what the checks walk. Parentheses are gone, offsets stand at their selector. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Selector {
  readonly kind: 'selector';
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** The range in brackets; absent for an instant vector. */
  readonly window?: string;
  readonly offset?: string;
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly grouping: 'by' | 'without' | 'all';
  readonly labels: readonly string[];
  readonly operand: Expression;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly matching: 'equal' | 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly many?: 'left' | 'right';
  /** Labels that group_left or group_right takes over from the one side. */
  readonly included: readonly string[];
  readonly left: Expression;
  readonly right: Expression;
}

export type Expression =
  | Selector
  | Aggregation
  | Call
  | Binary
  | { readonly kind: 'subquery'; readonly operand: Expression; readonly window: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };
