import type { PersistErrorType } from '../telemetry/label-values';

/** Whole codes first: they say more than their class. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_CODE: Readonly<Record<string, PersistErrorType>> = {
  '57014': 'timeout', // query_canceled, which is how statement_timeout ends a statement
  '55P03': 'timeout', // lock_not_available, lock_timeout's
  '25P03': 'timeout', // idle_in_transaction_session_timeout
  '57P01': 'network', // admin_shutdown
  '57P02': 'network', // crash_shutdown
  '57P03': 'network', // cannot_connect_now: starting or stopping
  '57P05': 'network', // idle_session_timeout
  '53300': 'rate_limit', // too_many_connections
  '53400': 'rate_limit', // configuration_limit_exceeded
  '429': 'rate_limit',
  EPIPE: 'network',
  ETIMEDOUT: 'network',
  EHOSTUNREACH: 'network',
  ENETUNREACH: 'network',
  ENOTFOUND: 'network',
  EAI_AGAIN: 'network',
};

/** SQLSTATE's first two characters. */
const BY_CLASS: Readonly<Record<string, PersistErrorType>> = {
  '08': 'network', // connection exception
  '22': 'constraint', // data exception: a value that its column cannot hold
  '23': 'constraint', // integrity constraint violation
  '28': 'auth', // invalid authorization
  '3D': 'schema', // invalid catalog name: no such database
  '3F': 'schema', // invalid schema name
};

/** What the driver raises without a code. */
const BY_MESSAGE: readonly (readonly [RegExp, PersistErrorType])[] = [
  [/query read timeout/i, 'timeout'],
  [/timeout exceeded when trying to connect|connection timeout/i, 'network'],
  [/connection (terminated|ended|error)|client was closed|not queryable|socket hang up/i, 'network'],
  [/SASL|password/i, 'auth'],
  [/too many (clients|requests)/i, 'rate_limit'],
];

/** Sorts a failed write into the closed error types of metrics, spans and logs. */
export function persistErrorType(error: unknown): PersistErrorType {
  const code = codeOf(error);
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known !== undefined) return known;
  if (code.startsWith('ECONN')) return 'network';
  if (/^[0-9A-Z]{5}$/.test(code)) return bySqlState(code);
  const message = messageOf(error);
  return BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? 'unknown';
}

function bySqlState(code: string): PersistErrorType {
  if (code === '42501') return 'auth'; // insufficient_privilege
  if (code.startsWith('42')) return 'schema';
  return BY_CLASS[code.slice(0, 2)] ?? 'unknown';
}

function codeOf(error: unknown): string {
  // Node tries every address of a host; the reason of the first stands for all.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const { code } = (error ?? {}) as { code?: unknown };
  return code === undefined ? '' : String(code);
}

/** Without values: Postgres's `detail` may hold them, its message ends with the one it could not read. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  if (codeOf(error) === 'P0001') return 'an exception raised in the database (P0001)';
  return error instanceof Error ? error.message.replace(/: ".*"$/s, '') : textOf(error);
}

/** An object may have no text, or one that throws. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something without a text was thrown';
  }
}
