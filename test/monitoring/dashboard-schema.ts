/** The part of Grafana's schema of a classic dashboard that these dashboards use, closed: an unknown key is refused. */

const text = { type: 'string' };
const filled = { type: 'string', minLength: 1 };
const datasource = closed({ type: { const: 'prometheus' }, uid: { const: '${datasource}' } });

function closed(properties: Record<string, unknown>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required, additionalProperties: false };
}

const arrayOf = (items: unknown) => ({ type: 'array', items });
const integer = (minimum: number, maximum?: number) => ({
  type: 'integer',
  minimum,
  ...(maximum ? { maximum } : {}),
});

const mapping = closed({
  type: { const: 'value' },
  options: {
    type: 'object',
    additionalProperties: closed({ text: filled, color: filled, index: integer(0) }),
  },
});

const step = closed({ value: { type: ['number', 'null'] }, color: filled });

const thresholds = closed({ mode: { const: 'absolute' }, steps: { ...arrayOf(step), minItems: 1 } });

const fieldConfig = closed({
  defaults: closed(
    {
      color: closed({ mode: { enum: ['palette-classic', 'thresholds'] } }),
      custom: { type: 'object' },
      decimals: integer(0),
      mappings: arrayOf(mapping),
      max: { type: 'number' },
      min: { type: 'number' },
      thresholds,
      unit: filled,
    },
    ['decimals', 'max', 'min'],
  ),
  overrides: arrayOf(
    closed({
      matcher: closed({ id: { enum: ['byName', 'byFrameRefID'] }, options: filled }),
      properties: arrayOf({
        oneOf: [
          closed({ id: { const: 'unit' }, value: filled }),
          closed({ id: { const: 'thresholds' }, value: thresholds }),
        ],
      }),
    }),
  ),
});

const target = closed({
  refId: { type: 'string', pattern: '^[A-Z]$' },
  datasource,
  editorMode: { const: 'code' },
  expr: filled,
  legendFormat: filled,
  format: { enum: ['time_series', 'table'] },
  instant: { type: 'boolean' },
  range: { type: 'boolean' },
});

const panelLink = closed({
  title: filled,
  type: { const: 'link' },
  icon: text,
  tooltip: text,
  url: { type: 'string', pattern: '^https://' },
  tags: arrayOf(text),
  asDropdown: { type: 'boolean' },
  targetBlank: { type: 'boolean' },
  includeVars: { type: 'boolean' },
  keepTime: { type: 'boolean' },
});

const panel = closed(
  {
    id: integer(1),
    type: { enum: ['timeseries', 'stat', 'gauge', 'bargauge', 'state-timeline', 'table'] },
    title: filled,
    description: { type: 'string', minLength: 40 },
    datasource,
    gridPos: closed({ h: integer(3, 20), w: integer(1, 24), x: integer(0, 23), y: integer(0) }),
    interval: text,
    fieldConfig,
    options: { type: 'object', minProperties: 1 },
    targets: { ...arrayOf(target), minItems: 1 },
    transformations: arrayOf(closed({ id: filled, options: { type: 'object' } })),
    links: { ...arrayOf(panelLink), minItems: 1 },
  },
  ['interval', 'transformations'],
);

const variable = closed(
  {
    name: filled,
    type: { enum: ['query', 'datasource'] },
    label: filled,
    datasource,
    query: filled,
    definition: filled,
    regex: filled,
    refresh: integer(1, 2),
    sort: integer(0, 8),
    multi: { type: 'boolean' },
    includeAll: { type: 'boolean' },
    allValue: filled,
    current: { type: 'object' },
    hide: integer(0),
  },
  ['datasource', 'definition', 'regex', 'sort', 'multi', 'includeAll', 'allValue', 'current'],
);

export const DASHBOARD_SCHEMA = closed({
  uid: { type: 'string', pattern: '^[a-z-]{1,40}$' },
  title: filled,
  description: filled,
  tags: { ...arrayOf(filled), contains: { const: 'trader' } },
  schemaVersion: { const: 39 },
  version: { const: 1 },
  editable: { const: false },
  graphTooltip: integer(0, 2),
  time: closed({ from: filled, to: { const: 'now' } }),
  timezone: { const: 'browser' },
  refresh: filled,
  fiscalYearStartMonth: { const: 0 },
  liveNow: { const: false },
  weekStart: text,
  links: arrayOf({ type: 'object' }),
  annotations: closed({ list: { type: 'array' } }),
  templating: closed({ list: arrayOf(variable) }),
  panels: { ...arrayOf(panel), minItems: 1 },
});
