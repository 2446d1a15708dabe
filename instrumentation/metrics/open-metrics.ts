/**
 * OpenMetrics 1.0. Not on the page:
 * - `_created`: Prometheus would store a second series for every counter and histogram, and treat it as a metric.
 * - `le="1.0"` for `le="1"`: a series must not change its labels with the form that a scraper asks for. Consumers take
 *   either; the canonical spelling is a recommendation.
 */
import type { Form } from './exposition';
import type { Family, HistogramFamily } from './family';
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

/** A histogram with negative bounds may have no sum. Below 0 nothing is ever recorded: those buckets say nothing. */
function withoutNegativeBuckets(family: HistogramFamily): HistogramFamily {
  const { boundaries, counts, exemplars } = family;
  const negative = boundaries.filter((bound) => bound < 0).length;
  if (negative === 0) return family;
  const buckets = boundaries.length + 1;
  return {
    ...family,
    boundaries: boundaries.slice(negative),
    counts: Array.from(counts).filter((_, index) => index % buckets >= negative),
    exemplars: exemplars?.map((shown) => shown?.slice(negative)),
  };
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
    shape(family) {
      if (family.type === 'histogram') return withoutNegativeBuckets(family);
      return names.get(family.name)?.type === 'counter' ? family : { ...family, exemplars: undefined };
    },
    end: '# EOF\n',
  };
}
