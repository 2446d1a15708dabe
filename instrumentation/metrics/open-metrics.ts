/**
 * OpenMetrics 1.0. Not on the page:
 * - `_created`: Prometheus would store a second series for every counter and histogram, and treat it as a metric.
 * - `le="1.0"` for `le="1"`: a series must not change its labels with the form that a scraper asks for. Consumers take
 *   either; the canonical spelling is a recommendation.
 */
import type { Form } from './exposition';
import type { Family } from './family';
import { type FamilyNames, familyNames, type Titled } from './open-metrics-names';

const UNIT_WORDS: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  By: 'bytes',
  '1': 'ratio',
};

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}

/** A unit may be told only where the name ends in it. */
function unitOf(name: string, { unit, type }: Family): string | undefined {
  if (type === 'info') return undefined;
  return [UNIT_WORDS[unit], unit].find(
    (word) => word && /^[a-zA-Z]+$/.test(word) && name.endsWith(`_${word}`),
  );
}

/** @param all every family that the page may have: their names must not clash */
export function openMetrics(all: readonly Titled[]): Form {
  const names: FamilyNames = familyNames(all);
  return {
    header(family) {
      const title = names.get(family.name);
      if (title === undefined) return undefined;
      const unit = unitOf(title.name, family);
      const help = escapeHelp(family.help) || title.name;
      const unitLine = unit === undefined ? '' : `# UNIT ${title.name} ${unit}\n`;
      return `# TYPE ${title.name} ${title.type}\n${unitLine}# HELP ${title.name} ${help}\n`;
    },
    exemplars: ({ name }) => ['counter', 'histogram'].includes(names.get(name)?.type ?? ''),
    end: '# EOF\n',
  };
}
