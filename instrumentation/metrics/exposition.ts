/** The text formats: Prometheus' 0.0.4 and OpenMetrics differ in headers and exemplars, not in how a sample is written. */
import type { Exemplar } from './exemplars';
import type { Family, HistogramFamily, NumberFamily } from './family';
import type { SeriesLabels } from './labels';

/** One of the text formats, as it is applied to one page. */
export interface Form {
  /** The comments before a family's samples; undefined when the form has no place for the family. */
  header(family: Family): string | undefined;
  /** The family with what the form allows of it. */
  shape(family: Family): Family;
  /** The page's last line. */
  readonly end: string;
}

export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : `${value}`;
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, spanId, value, timeMs } = exemplar;
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${numberText(value)} ${timeMs / 1000}`;
}

/** Sample lines per series. */
export function linesPerSeries(family: Family): number {
  return family.type === 'histogram' ? family.boundaries.length + 3 : 1;
}

/** The samples of some of a family's series. */
export function sampleLines(family: Family, from: number, to: number): string {
  return family.type === 'histogram' ? histogramLines(family, from, to) : numberLines(family, from, to);
}

/** In one piece: what is put together piece by piece is taken apart again each time that it is written. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

function headOf(name: string, labels: SeriesLabels | undefined): string {
  const text = labels?.text ?? '';
  return text === '' ? `${name} ` : `${name}{${text}} `;
}

function numberLines(
  { name, labels, values, heads, exemplars }: NumberFamily,
  from: number,
  to: number,
): string {
  let lines = '';
  for (let index = from; index < to; index++) {
    let head = heads?.[index] ?? '';
    if (head === '') {
      head = headOf(name, labels[index]);
      if (heads !== undefined) heads[index] = flat(head);
    }
    lines += head;
    lines += numberText(values[index] ?? Number.NaN);
    lines += exemplars === undefined ? '\n' : `${exemplarText(exemplars[index])}\n`;
  }
  return lines;
}

function histogramLines(family: HistogramFamily, from: number, to: number): string {
  const { name, labels, boundaries, counts, sums, exemplars } = family;
  const bounds = [...boundaries, Number.POSITIVE_INFINITY].map((bound) =>
    flat(`le="${numberText(bound)}"} `),
  );
  let lines = '';
  for (let index = from; index < to; index++) {
    const text = labels[index]?.text ?? '';
    const bucket = flat(text === '' ? `${name}_bucket{` : `${name}_bucket{${text},`);
    const shown = exemplars?.[index];
    let count = 0;
    for (let bound = 0; bound < bounds.length; bound++) {
      count += counts[index * bounds.length + bound] ?? 0;
      lines += bucket;
      lines += bounds[bound];
      lines += count;
      lines += shown === undefined ? '\n' : `${exemplarText(shown[bound])}\n`;
    }
    const braced = text === '' ? ' ' : `{${text}} `;
    lines += `${name}_sum${braced}${numberText(sums[index] ?? 0)}\n${name}_count${braced}${count}\n`;
  }
  return lines;
}
