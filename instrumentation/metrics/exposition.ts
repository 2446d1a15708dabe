/** The Prometheus text format 0.0.4. */
import type { Family, HistogramPoint } from './family';

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type LabelSet = Readonly<Record<string, unknown>>;

export interface EncodedPage {
  readonly text: string;
  /** Sample lines. */
  readonly series: number;
  /** Families on the page. */
  readonly families: number;
  /** Families left out because they could not be encoded. */
  readonly skipped: readonly { readonly name: string; readonly error: unknown }[];
}

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

function escapeValue(text: string): string {
  return /[\\\n"]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"') : text;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : `${value}`;
}

/** `a="x",b="y"`, without braces. */
function labelText(labels: LabelSet): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeValue(String(value))}"`)
    .join(',');
}

export class PageEncoder {
  readonly #labelTexts = new WeakMap<LabelSet, string>();
  readonly #bounds = new Map<number, string>();

  /** A family that cannot be encoded is left out; the rest of the page stands. */
  encode(families: Iterable<Family>): EncodedPage {
    const lines: string[] = [];
    const skipped: { name: string; error: unknown }[] = [];
    let [encoded, headers] = [0, 0];
    for (const family of families) {
      if (family.points.length === 0) continue;
      const start = lines.length;
      try {
        this.#encodeFamily(family, lines);
        encoded++;
        headers += 2;
      } catch (error) {
        lines.length = start;
        skipped.push({ name: family.name, error });
      }
    }
    const text = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
    return { text, series: lines.length - headers, families: encoded, skipped };
  }

  #encodeFamily(family: Family, lines: string[]): void {
    const { name, type } = family;
    lines.push(`# HELP ${name} ${escapeHelp(family.help) || name}`, `# TYPE ${name} ${type}`);
    if (family.type === 'histogram') {
      for (const point of family.points) this.#encodeHistogram(name, point, lines);
      return;
    }
    for (const { attributes, value } of family.points) {
      const labels = this.#labels(attributes);
      lines.push(labels === '' ? `${name} ${numberText(value)}` : `${name}{${labels}} ${numberText(value)}`);
    }
  }

  #encodeHistogram(name: string, point: HistogramPoint, lines: string[]): void {
    const labels = this.#labels(point.attributes);
    const bucket = labels === '' ? `${name}_bucket{le="` : `${name}_bucket{${labels},le="`;
    const braced = labels === '' ? '' : `{${labels}}`;
    let cumulated = 0;
    point.boundaries.forEach((bound, index) => {
      cumulated += point.counts[index] ?? 0;
      lines.push(`${bucket}${this.#bound(bound)}"} ${cumulated}`);
    });
    lines.push(
      `${bucket}+Inf"} ${point.count}`,
      `${name}_sum${braced} ${numberText(point.sum)}`,
      `${name}_count${braced} ${point.count}`,
    );
  }

  #labels(attributes: LabelSet): string {
    let text = this.#labelTexts.get(attributes);
    if (text === undefined) {
      text = labelText(attributes);
      this.#labelTexts.set(attributes, text);
    }
    return text;
  }

  #bound(bound: number): string {
    let text = this.#bounds.get(bound);
    if (text === undefined) {
      text = numberText(bound);
      this.#bounds.set(bound, text);
    }
    return text;
  }
}
