/** Strict readers of single values as Binance writes them. Each throws a ParseError that names the field. */
import { type ParsedKind, ParseError, quoted } from './parse-error';

/** Where a value was found, for the error alone. */
export interface Origin {
  readonly kind: ParsedKind;
  readonly symbol: string | undefined;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

/**
 * A decimal string that is not negative: `86620.48000000`, `6.3e-7`. `Number` alone would also take blanks,
 * hexadecimal, and the empty string as zero.
 */
export function readDecimal(value: unknown, field: string, origin: Origin): number {
  if (
    typeof value === 'string' &&
    isDigit(value.charCodeAt(0)) &&
    isDigit(value.charCodeAt(value.length - 1))
  ) {
    const number = Number(value);
    const radixMark = value.charCodeAt(1) | 0x20;
    if (Number.isFinite(number) && radixMark !== 0x78 && radixMark !== 0x6f && radixMark !== 0x62)
      return number;
  }
  throw new ParseError(
    origin.kind,
    'number',
    origin.symbol,
    `${field} is no decimal number: ${quoted(value)}`,
  );
}

export function readCount(value: unknown, field: string, origin: Origin): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new ParseError(origin.kind, 'number', origin.symbol, `${field} is no count: ${quoted(value)}`);
}

/** 2001 and 2286 in milliseconds: seconds lie below, microseconds above. */
const EARLIEST_MS = 1e12;
const LATEST_MS = 1e13;

export function readTimeMs(value: unknown, field: string, origin: Origin): number {
  if (Number.isSafeInteger(value) && (value as number) >= EARLIEST_MS && (value as number) < LATEST_MS) {
    return value as number;
  }
  const unit = typeof value === 'number' && value >= 1e15 ? ' (microseconds?)' : '';
  throw new ParseError(
    origin.kind,
    'time',
    origin.symbol,
    `${field} is no time in milliseconds${unit}: ${quoted(value)}`,
  );
}

/** More than any clock skew seen in practice, less than the shortest damage a wrong time does to a candle series. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

export function readEventTimeMs(value: unknown, nowMs: number, origin: Origin): number {
  const eventTimeMs = readTimeMs(value, 'event time', origin);
  if (eventTimeMs <= nowMs + CLOCK_TOLERANCE_MS) return eventTimeMs;
  const aheadSeconds = Math.round((eventTimeMs - nowMs) / 1000);
  throw new ParseError(
    origin.kind,
    'future',
    origin.symbol,
    `its event time is ${aheadSeconds} s ahead of this machine's clock`,
  );
}

export function readSymbol(value: unknown, kind: ParsedKind): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 64) return value;
  throw new ParseError(kind, 'symbol', undefined, `it names no symbol: ${quoted(value)}`);
}
