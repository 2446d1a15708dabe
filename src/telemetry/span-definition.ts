/** A span as the catalogue describes it. */
export interface SpanDefinition {
  /** The span it is part of; undefined for a trace of its own, `…` for whatever is under way. */
  readonly parent?: string;
  /** Spans of other traces that it came from. */
  readonly links?: string;
  readonly help: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Closed values of `error.type`. */
  readonly errorTypes: readonly string[];
}
