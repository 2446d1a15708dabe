import type { ConfigurationModel } from '@opentelemetry/configuration';
import type { LifetimeRule } from '../metrics/series-lifetimes';
import { ConfigProblem } from './preflight';

const KEY = 'distribution.trader-observability.series_lifetimes';

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function rule(value: unknown, index: number): LifetimeRule {
  const { label, lives_in: livesIn, except = [] } = (value ?? {}) as Record<string, unknown>;
  const key = `${KEY}[${index}]`;
  if (!isName(label)) throw new ConfigProblem(`${key}.label`, 'is not the name of a label');
  if (!isName(livesIn)) throw new ConfigProblem(`${key}.lives_in`, 'is not the name of a metric');
  if (!Array.isArray(except) || !except.every(isName))
    throw new ConfigProblem(`${key}.except`, 'is not a list of names of metrics');
  return { label, livesIn, except };
}

/** @throws ConfigProblem for a rule that cannot be followed */
export function lifetimeRules(model: ConfigurationModel): readonly LifetimeRule[] {
  const own = model.distribution?.['trader-observability'] as Record<string, unknown> | undefined;
  const rules = own?.series_lifetimes ?? [];
  if (!Array.isArray(rules)) throw new ConfigProblem(KEY, 'is not a list of rules');
  return rules.map(rule);
}
