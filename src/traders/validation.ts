import { z } from 'zod';
import { INTERVALS, type Interval } from '../market/interval';
import type { TraderRow } from '../storage/trader-row';
import { revisionOf } from './revision';
import type { Trader, TraderFilter } from './trader';

/** Checks a filter's source without running it. The message gives line:column. */
export type CompileFilter = (
  code: string,
) => { readonly ok: true } | { readonly ok: false; readonly message: string };

export type Validation =
  /** `remarks`: what was put right on the way in and its author should know. */
  | { readonly ok: true; readonly trader: Trader; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly errorType: 'compile' | 'load'; readonly reason: string };

export interface ValidationLimits {
  /** Closed candles the machine keeps per series: a filter that wants more would never see enough. */
  readonly maxCandles: number;
}

/** What a definition means where it says nothing: screened every five minutes, over whatever history there is. */
const DEFAULT_REFRESH_INTERVAL: Interval = '5m';
const DEFAULT_MIN_CANDLES = 1;

const LONGEST_CODE = 64 * 1024;
const LONGEST_NAME = 200;
const LONGEST_ID = 64;

const interval = z.enum(INTERVALS, {
  error: ({ input }) => `${show(input)} is not an interval of the exchange`,
});

const IDENTITY = z.object({
  id: z.string({ error: 'must be a text' }).min(1, 'is empty').max(LONGEST_ID),
  name: z
    .string({ error: 'must be a text' })
    .max(LONGEST_NAME, `is longer than ${LONGEST_NAME} characters`)
    .refine((text) => text.trim() !== '', 'is empty'),
});

const filterOf = ({ maxCandles }: ValidationLimits) =>
  z.object(
    {
      code: z
        .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text') })
        .refine((text) => text.trim() !== '', 'is empty')
        .max(LONGEST_CODE, `is longer than ${LONGEST_CODE} characters`),
      refreshInterval: interval.nullish(),
      requiredTimeframes: z
        .array(interval, { error: 'must be a list of intervals' })
        .max(INTERVALS.length)
        .nullish(),
      minCandles: z
        .int({ error: 'must be a whole number' })
        .min(1, 'must be at least 1')
        .max(maxCandles, `is more than the ${maxCandles} candles that the machine keeps`)
        .nullish(),
      includeOpenCandle: z.boolean({ error: 'must be true or false' }).nullish(),
    },
    { error: 'must be an object' },
  );

/** A database row → a trader that can run, or the reason why not, which names the field. Never throws. */
export function validateTrader(row: TraderRow, compile: CompileFilter, limits: ValidationLimits): Validation {
  const identity = IDENTITY.safeParse(row);
  if (!identity.success) return refuse(explain(identity.error));
  const { value, remarks, broken } = unwrapFilter(row.filter);
  if (broken !== undefined) return refuse(broken);
  const parsed = filterOf(limits).safeParse(value);
  if (!parsed.success) return refuse(explain(parsed.error, 'filter'));
  if (isQuotedString(parsed.data.code)) return refuse('filter code is a quoted string');
  const compiled = compile(parsed.data.code);
  if (!compiled.ok) return refuse(`filter code does not compile: ${compiled.message}`, 'compile');
  const definition = { id: row.id, isBuiltIn: row.isBuiltIn === true, filter: complete(parsed.data) };
  const trader = Object.freeze({ ...definition, name: row.name, revision: revisionOf(definition) });
  return { ok: true, trader, remarks };
}

const refuse = (reason: string, errorType: 'compile' | 'load' = 'load') =>
  ({ ok: false, errorType, reason }) as const;

/** Some clients store the filter as JSON text inside the JSON column: readable, so it is read, once. */
function unwrapFilter(filter: unknown): { value: unknown; remarks: string[]; broken?: string } {
  if (typeof filter !== 'string') return { value: filter, remarks: [] };
  try {
    const value: unknown = JSON.parse(filter);
    if (typeof value !== 'string') return { value, remarks: ['filter is JSON inside a text: it was parsed'] };
    return { value, remarks: [], broken: 'filter is a text inside a text, not an object' };
  } catch {
    return { value: filter, remarks: [], broken: 'filter is a text that is not JSON' };
  }
}

/** Code that was encoded once too often is a string literal: it compiles, returns nothing and never matches. */
function isQuotedString(code: string): boolean {
  const text = code.trim().replace(/;$/, '');
  if (!text.startsWith('"')) return false;
  try {
    return typeof JSON.parse(text) === 'string';
  } catch {
    return false;
  }
}

function complete(filter: z.infer<ReturnType<typeof filterOf>>): TraderFilter {
  const refreshInterval = filter.refreshInterval ?? DEFAULT_REFRESH_INTERVAL;
  const read = new Set<Interval>([refreshInterval, ...(filter.requiredTimeframes ?? [])]);
  return Object.freeze({
    code: filter.code,
    refreshInterval,
    requiredTimeframes: Object.freeze(INTERVALS.filter((one) => read.has(one))),
    minCandles: filter.minCandles ?? DEFAULT_MIN_CANDLES,
    includeOpenCandle: filter.includeOpenCandle ?? false,
  });
}

function explain(error: z.ZodError, prefix?: string): string {
  const sentences = error.issues.map(
    ({ path, message }) => `${[prefix, ...path].filter((part) => part !== undefined).join('.')} ${message}`,
  );
  return sentences.join('; ');
}

function show(input: unknown): string {
  return typeof input === 'string' ? `"${input.slice(0, 20)}"` : String(input);
}
