import { createHash } from 'node:crypto';
import type { Trader } from './trader';

const REVISION_LENGTH = 16;

/** JSON with sorted keys: the same content gives the same text, however the database orders it. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? 'undefined'
  );
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, REVISION_LENGTH);
}

/**
 * The name is left out: a renamed trader asks the same question, so its matches go on as continuing ones. The id is
 * in: two traders with the same filter never share what a worker keeps per revision.
 */
export function revisionOf(definition: Omit<Trader, 'name' | 'revision'>): string {
  return shortHash(canonicalJson(definition));
}
