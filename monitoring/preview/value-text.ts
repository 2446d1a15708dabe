/** Values as Grafana writes them in a panel's unit. */
import type { PanelSpec, Unit } from '../dashboards/panel';

const SIZES = ['B', 'KiB', 'MiB', 'GiB'] as const;
const PER_SECOND: Readonly<Partial<Record<Unit, string>>> = { cps: 'c/s', eps: 'evt/s', mps: 'msg/s' };

function significant(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  if (value === 0 || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(3)));
}

function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(value) / 10));
  return `${significant(value / 1024 ** power)} ${SIZES[power]}`;
}

function seconds(value: number, decimals?: number): string {
  if (value < 1 && value > 0)
    return `${significant(value * 1000, decimals === undefined ? undefined : 0)} ms`;
  if (value < 120) return `${significant(value, decimals)} s`;
  if (value < 7200) return `${significant(value / 60, 1)} min`;
  return value < 172_800 ? `${significant(value / 3600, 1)} h` : `${significant(value / 86_400, 1)} d`;
}

export function valueText(value: number, unit: Unit, decimals?: number): string {
  if (!Number.isFinite(value)) return String(value);
  switch (unit) {
    case 'percentunit':
      return `${significant(value * 100, decimals)} %`;
    case 's':
    case 'dtdurations':
      return seconds(value, decimals);
    case 'ms':
      return value < 1000 ? `${significant(value, decimals)} ms` : seconds(value / 1000, decimals);
    case 'bytes':
      return bytes(value);
    default: {
      const suffix = PER_SECOND[unit];
      const number = significant(value, decimals);
      return suffix === undefined ? number : `${number} ${suffix}`;
    }
  }
}

/** The word for a value, where the panel has one; else the value in its unit. */
export function panelText({ words = [], unit, decimals }: PanelSpec, value: number): string {
  return words.find((word) => word.value === value)?.text ?? valueText(value, unit, decimals);
}

const COLOURS = {
  green: '#56a64b',
  yellow: '#e0b400',
  orange: '#ff780a',
  red: '#e02f44',
  blue: '#3274d9',
  text: '#8e8e99',
} as const;

/** The colour of the last step that the value reaches. @param own the steps of the query, where it has any */
export function colourOf({ steps = [], words = [] }: PanelSpec, value: number, own = steps): string {
  const word = words.find((one) => one.value === value);
  const step = own.findLast(({ from }) => from === undefined || value >= from);
  return COLOURS[word?.colour ?? step?.colour ?? 'text'];
}

export function limitsOf({
  steps = [],
}: PanelSpec): readonly { readonly at: number; readonly colour: string }[] {
  return steps.flatMap(({ from, colour }) =>
    from === undefined ? [] : [{ at: from, colour: COLOURS[colour] }],
  );
}
