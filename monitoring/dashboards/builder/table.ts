/** A table is several instant queries side by side: one column each, one row per set of labels. */
import type { DataTransformerConfig, FieldConfigSource } from '@grafana/schema';
import type { PanelSpec } from '../panel';

/** Headings of the labels; the others go. */
export const LABEL_HEADINGS: Readonly<Record<string, string>> = {
  app: 'App',
  region: 'Region',
  instance: 'Machine',
  trader_name: 'Trader',
  version: 'Version',
  git_sha: 'Commit',
};
const HIDDEN = ['Time', 'trader_id', '__name__', 'job', 'host'];

/** Grafana calls the value of query B "Value #B", and of an only query "Value". */
function valueField(index: number, { queries }: PanelSpec): string {
  return queries.length === 1 ? 'Value' : `Value #${String.fromCharCode(65 + index)}`;
}

export function tableTransformations(spec: PanelSpec): DataTransformerConfig[] {
  const values = spec.queries.map(({ legend }, index) => [valueField(index, spec), legend] as const);
  return [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(HIDDEN.map((field) => [field, true])),
        indexByName: {},
        renameByName: { ...LABEL_HEADINGS, ...Object.fromEntries(values) },
      },
    },
  ];
}

export function tableOverrides({ columnUnits = {} }: PanelSpec): FieldConfigSource['overrides'] {
  return Object.entries(columnUnits).map(([heading, unit]) => ({
    matcher: { id: 'byName', options: heading },
    properties: [{ id: 'unit', value: unit }],
  }));
}
