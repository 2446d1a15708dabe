import { ConfigProblem } from './preflight';

/** @throws ConfigProblem that names the key */
export function wholeNumber(
  values: Readonly<Record<string, unknown>>,
  key: string,
  otherwise: number,
  path: string,
  least = 1,
): number {
  const value = values[key] ?? otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value;
  throw new ConfigProblem(`${path}.${key}`, `is not a whole number from ${least}`);
}
