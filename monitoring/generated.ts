/** Everything that is generated, by path from the project's root. */
import { generatedFiles as dashboards } from './dashboards/dashboards';
import { generatedFiles as rules } from './rules/generate';

export function generatedFiles(): Map<string, string> {
  return new Map([...dashboards(), ...rules()]);
}
