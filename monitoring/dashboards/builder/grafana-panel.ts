/** Panel specification → Grafana's classic JSON. Keys stand in a fixed order, ids and refIds follow from the position. */
import type {
  FieldConfig,
  FieldConfigSource,
  GridPos,
  Panel,
  Threshold,
  ValueMapping,
} from '@grafana/schema';
import { FieldColorModeId, MappingType, ThresholdsMode } from '@grafana/schema';
import { runbookUrl } from '../../rules/links';
import type { PanelSpec, Query, Step } from '../panel';
import { customOf, optionsOf } from './panel-options';
import { tableOverrides, tableTransformations } from './table';

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

const SINGLE_VALUED: ReadonlySet<string> = new Set(['stat', 'gauge', 'bargauge', 'table']);

export function grafanaPanel(spec: PanelSpec, id: number, gridPos: GridPos): Panel {
  return {
    id,
    type: spec.kind,
    title: spec.title,
    description: spec.description,
    datasource: DATASOURCE,
    gridPos,
    ...(spec.step === undefined ? {} : { interval: spec.step }),
    fieldConfig: { defaults: defaultsOf(spec), overrides: [...tableOverrides(spec), ...stepOverrides(spec)] },
    options: optionsOf(spec),
    targets: spec.queries.map((query, index) => target(query, index, spec)),
    ...(spec.kind === 'table' ? { transformations: tableTransformations(spec) } : {}),
    links: spec.runbooks.map((alert) => ({
      title: `Runbook: ${alert}`,
      type: 'link' as const,
      icon: 'doc',
      tooltip: 'What it means, what to look at, what to do',
      url: runbookUrl(alert),
      tags: [],
      asDropdown: false,
      targetBlank: true,
      includeVars: false,
      keepTime: false,
    })),
  };
}

function target({ expr, legend, instant }: Query, index: number, { kind }: PanelSpec) {
  const once = instant ?? SINGLE_VALUED.has(kind);
  return {
    refId: refId(index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    format: kind === 'table' ? 'table' : 'time_series',
    instant: once,
    range: !once,
  };
}

function defaultsOf(spec: PanelSpec): FieldConfig {
  return {
    color: {
      mode: spec.kind === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds,
    },
    custom: customOf(spec),
    ...(spec.decimals === undefined ? {} : { decimals: spec.decimals }),
    mappings: mappingsOf(spec),
    ...(spec.max === undefined ? {} : { max: spec.max }),
    ...(spec.min === undefined ? {} : { min: spec.min }),
    thresholds: {
      mode: ThresholdsMode.Absolute,
      steps: stepsOf(spec.steps ?? [{ colour: 'text' }]),
    },
    unit: spec.unit,
  };
}

function stepOverrides({ queries }: PanelSpec): FieldConfigSource['overrides'] {
  return queries.flatMap(({ steps }, index) => {
    if (steps === undefined) return [];
    const value = { mode: ThresholdsMode.Absolute, steps: stepsOf(steps) };
    return [
      { matcher: { id: 'byFrameRefID', options: refId(index) }, properties: [{ id: 'thresholds', value }] },
    ];
  });
}

const refId = (index: number) => String.fromCharCode(65 + index);

function stepsOf(steps: readonly Step[]): Threshold[] {
  return steps.map(({ from, colour }) => ({ value: from ?? null, color: colour }));
}

function mappingsOf({ words = [] }: PanelSpec): ValueMapping[] {
  if (words.length === 0) return [];
  const options = words.map(
    ({ value, text, colour }, index) => [value, { text, color: colour, index }] as const,
  );
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}
