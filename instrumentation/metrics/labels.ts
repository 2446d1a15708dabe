import type { Attributes } from '@opentelemetry/api';

/** The labels of one series, as they stand on a page. */
export interface SeriesLabels {
  readonly attributes: Readonly<Attributes>;
  /** `a="x",b="y"`, escaped, without braces: written once, and the same text for the same label set. */
  readonly text: string;
}

function escaped(value: string): string {
  return /[\\\n"]/.test(value)
    ? value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')
    : value;
}

export function labelText(name: string, value: string): string {
  return `${name}="${escaped(value)}"`;
}

/** Of attributes whose names are fit for a page. */
export function labelsOf(attributes: Readonly<Attributes>): SeriesLabels {
  const texts = Object.entries(attributes).map(([name, value]) => labelText(name, String(value)));
  return { attributes, text: texts.join(',') };
}
