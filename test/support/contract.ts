import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './source-files';

export interface ContractMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit?: string;
  readonly labels: readonly string[];
  readonly when: 'always' | 'series' | 'occurrence' | 'tracing';
  /** Closed label values, resolved. */
  readonly closed: Readonly<Record<string, readonly string[]>>;
  readonly buckets?: readonly number[];
}

interface ContractFile {
  closed_labels: Record<string, string[]>;
  seed: (Omit<ContractMetric, 'closed'> & { closed?: Record<string, string | string[]> })[];
  added: ContractFile['seed'];
}

/** The page's contract, `metric-contract.yaml`. */
export function contract(): ContractMetric[] {
  const file = parse(readFileSync(join(ROOT, 'metric-contract.yaml'), 'utf8')) as ContractFile;
  const values = (closed: string | string[]) =>
    typeof closed === 'string' ? (file.closed_labels[closed] ?? []) : closed;
  return [...file.seed, ...file.added].map(({ closed = {}, ...metric }) => ({
    ...metric,
    closed: Object.fromEntries(Object.entries(closed).map(([label, name]) => [label, values(name)])),
  }));
}
