import type { Attributes } from '@opentelemetry/api';
import { labelsOf, labelText, type SeriesLabels } from './labels';
import type { Rejections } from './rejections';

const MAX_LABELS = 12;
const MAX_KEYS_READ = 64;
const MAX_NAME_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const MAX_KNOWN_NAMES = 10_000;
const PLAIN_NAME = /^[a-zA-Z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+)*$/;
/** `le` and `quantile` belong to the format; the rest is what a name of nothing but underscores leaves. */
const RESERVED = new Set(['le', 'quantile', '_']);

/** A label set that is safe on any page: string values, valid and distinct names, sorted. */
export interface Labels extends SeriesLabels {
  /** Attributes that were left out. */
  readonly refused: number;
}

export const NO_LABELS: Labels = { attributes: Object.freeze({}), text: '', refused: 0 };

function cleanName(name: string): string {
  let label = name
    .slice(0, MAX_NAME_LENGTH)
    .replace(/[^a-zA-Z0-9_]/g, '_')
    .replace(/_+/g, '_');
  if (label === '' || /^[0-9]/.test(label)) label = `_${label}`;
  if (RESERVED.has(label)) label = `attr_${label}`;
  return label.replace(/_+/g, '_');
}

/** A copy: V8's slice keeps the whole parent string alive. Lone surrogates, which UTF-8 cannot carry, become U+FFFD. */
function cleanText(text: string): string {
  const cut = text.length > MAX_VALUE_LENGTH;
  if (!cut && !/[\ud800-\udfff]/.test(text)) return text;
  return Buffer.from(cut ? text.slice(0, MAX_VALUE_LENGTH) : text).toString();
}

function jsonText(value: object): string {
  try {
    return JSON.stringify(value) ?? '[unserialisable]';
  } catch {
    return '[unserialisable]';
  }
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return cleanText(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? undefined : cleanText(jsonText(value));
    default:
      return undefined;
  }
}

/**
 * Turns whatever an application passes as attributes into labels that cannot spoil a page or crash a scrape.
 * Frozen objects are recognised by identity and cost one look-up from their second use on.
 */
export class AttributeGuard {
  readonly #known = new WeakMap<object, Labels>();
  readonly #names = new Map<string, string>();

  constructor(private readonly rejections: Rejections) {}

  /** Never throws. */
  clean(attributes: unknown): Labels {
    if (attributes === undefined || attributes === null) return NO_LABELS;
    const labels = this.#known.get(attributes as object) ?? this.#read(attributes);
    if (labels.refused > 0) this.rejections.rejected('attribute', labels.refused);
    return labels;
  }

  #read(attributes: unknown): Labels {
    try {
      if (typeof attributes !== 'object' || attributes === null) return { ...NO_LABELS, refused: 1 };
      const source = attributes as Record<string, unknown>;
      const labels = this.#plain(source) ?? this.#copy(source);
      if (Object.isFrozen(attributes)) this.#known.set(attributes, labels);
      return labels;
    } catch {
      // A getter or proxy that throws.
      return { ...NO_LABELS, refused: 1 };
    }
  }

  /** The common case, fast: known names in order, and short text. */
  #plain(source: Record<string, unknown>): Labels | undefined {
    const names = Object.keys(source);
    if (names.length > MAX_LABELS) return undefined;
    const attributes: Attributes = {};
    let [labels, before] = ['', ''];
    for (const name of names) {
      if (name <= before || this.#names.get(name) !== name) return undefined;
      const text = source[name];
      if (typeof text !== 'string' || text === '' || cleanText(text) !== text) return undefined;
      attributes[name] = text;
      labels += before === '' ? labelText(name, text) : `,${labelText(name, text)}`;
      before = name;
    }
    return { attributes, text: labels, refused: 0 };
  }

  /** Always a copy: the SDK keeps the object, and its owner may change it afterwards. */
  #copy(source: Record<string, unknown>): Labels {
    const names = Object.keys(source);
    const texts = new Map<string, string>();
    let refused = Math.max(0, names.length - MAX_KEYS_READ);
    for (const name of names.slice(0, MAX_KEYS_READ)) {
      const label = this.#labelName(name);
      const text = textOf(source[name]);
      if (text === undefined || texts.has(label) || texts.size === MAX_LABELS) refused++;
      else texts.set(label, text);
    }
    return { ...assemble(texts), refused };
  }

  #labelName(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const label = PLAIN_NAME.test(name) && name.length <= MAX_NAME_LENGTH ? name : cleanName(name);
    const final = RESERVED.has(label) ? `attr_${label}` : label;
    if (this.#names.size < MAX_KNOWN_NAMES && name.length <= MAX_NAME_LENGTH) this.#names.set(name, final);
    return final;
  }
}

/** An empty value is dropped: to Prometheus a label with an empty value and no label are the same series. */
function assemble(texts: ReadonlyMap<string, string>): SeriesLabels {
  const named = [...texts].filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return labelsOf(Object.fromEntries(named));
}
