export type ParseReason = 'json' | 'shape' | 'symbol' | 'interval' | 'number' | 'ohlc' | 'time' | 'future';

/** What a piece of market data was meant to be: which frame counter it belongs to. */
export type ParsedKind = 'kline' | 'ticker' | 'unknown';

/** Market data that cannot be used. The message names the symbol and the field; it never quotes more than 40 characters. */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  constructor(
    readonly kind: ParsedKind,
    readonly reason: ParseReason,
    readonly symbol: string | undefined,
    problem: string,
  ) {
    super(`${kind === 'unknown' ? 'a frame' : `a ${kind}`} of ${symbol ?? 'an unknown symbol'}: ${problem}`);
  }
}

/** A value from outside, short enough for a log line. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
