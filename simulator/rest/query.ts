/** Parameters of a request, refused in the exchange's words when they are missing or malformed. */
import { type Interval, isInterval } from '../../src/market/interval';
import { badRequest } from './api-error';

const SYMBOL_RANGE = '^[\\w\\-._&&[^a-z]]{1,50}$';
/** A time later than this many milliseconds is one in microseconds. */
const LARGEST_MILLISECONDS = 1e14;

export function requiredParameter(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value) return value;
  throw badRequest(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

export function symbolParameter(query: URLSearchParams): string {
  return checkedSymbol(requiredParameter(query, 'symbol'));
}

export function checkedSymbol(symbol: string): string {
  if (/^[^a-z\s!-,/:-@[-^`{-~]{1,50}$/.test(symbol)) return symbol;
  throw badRequest(
    -1100,
    `Illegal characters found in parameter 'symbol'; legal range is '${SYMBOL_RANGE}'.`,
  );
}

/** A JSON list of symbols; undefined when the parameter is absent. */
export function symbolsParameter(query: URLSearchParams): string[] | undefined {
  const text = query.get('symbols');
  if (text === null) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((name) => typeof name === 'string'))
      return parsed.map(checkedSymbol);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw badRequest(
    -1100,
    `Illegal characters found in parameter 'symbols'; legal range is '^\\[("[A-Z0-9-_.]{1,50}")...\\]$'.`,
  );
}

export function intervalParameter(query: URLSearchParams): Interval {
  const interval = requiredParameter(query, 'interval');
  if (isInterval(interval)) return interval;
  throw badRequest(-1120, 'Invalid interval.');
}

/** More than the greatest limit is taken as the greatest, as the exchange does. */
export function limitParameter(query: URLSearchParams, usual: number, greatest: number): number {
  const limit = integerParameter(query, 'limit') ?? usual;
  if (limit < 1) throw badRequest(-1130, "Data sent for parameter 'limit' is not valid.");
  return Math.min(limit, greatest);
}

/** Epoch ms; microseconds are taken too. */
export function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const time = integerParameter(query, name);
  if (time === undefined) return undefined;
  if (time < 0) throw badRequest(-1130, `Data sent for parameter '${name}' is not valid.`);
  return time > LARGEST_MILLISECONDS ? Math.floor(time / 1000) : time;
}

function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^-?\d{1,20}$/.test(text)) return Number(text);
  throw badRequest(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`);
}
