import type { KnownMetric } from '../catalogue/known-metric';

/** What a query can be refused for; each rule's file says why it exists. */
export const RULES = [
  'syntax',
  'metric',
  'label',
  'value',
  'reserved',
  'machine',
  'double',
  'grouping',
  'quantile',
  'kind',
  'raw-counter',
  'boot-counter',
  'absent',
  'divisor',
  'window',
  'per-second',
  'reachable',
  'unit',
  'fixed',
  'name',
] as const;
export type RuleName = (typeof RULES)[number];

export interface Violation {
  readonly rule: RuleName;
  /** One sentence that names the metric or label and what is wrong with it. */
  readonly sentence: string;
}

export type Report = (rule: RuleName, sentence: string) => void;

/** Where a query stands decides what it must do: a panel must show a zero, an alert must be silent instead. */
export type Place = 'panel' | 'alert' | 'record' | 'runbook';

export interface Checking {
  readonly place: Place;
  readonly known: (name: string) => KnownMetric | undefined;
  readonly report: Report;
}
