/** Everything that is generated, by path from the project's root. */
import { generatedFiles as dashboards } from './dashboards/dashboards';
import { generatedFiles as readme } from './readme';
import { generatedFiles as rules } from './rules/generate';

/** @param root the project's folder */
export function generatedFiles(root: string): Map<string, string> {
  return new Map([...readme(root), ...dashboards(), ...rules()]);
}
