/** What each type of panel is told, typed by Grafana's own schema. */
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  GraphDrawStyle,
  type GraphFieldConfig,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LineInterpolation,
  PercentChangeColorMode,
  SortOrder,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/schema';
import type { Options as BarGaugeOptions } from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type { Options as GaugeOptions } from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TimelineOptions } from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type { Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { Options as TimeSeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { PanelKind, PanelSpec, Unit } from '../panel';

const legend = {
  calcs: [],
  displayMode: LegendDisplayMode.List,
  placement: 'bottom' as const,
  showLegend: true,
};
const tooltip = { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending };
const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false };

const timeSeries: TimeSeriesOptions = { legend, tooltip };

const stat: StatOptions = {
  colorMode: BigValueColorMode.Value,
  graphMode: BigValueGraphMode.None,
  justifyMode: BigValueJustifyMode.Auto,
  orientation: VizOrientation.Auto,
  percentChangeColorMode: PercentChangeColorMode.Standard,
  reduceOptions,
  showPercentChange: false,
  textMode: BigValueTextMode.ValueAndName,
  wideLayout: true,
};

/** Only what Grafana 10 knows too: what 13 added to a gauge's looks has defaults. */
const gauge: Partial<GaugeOptions> = {
  minVizHeight: 75,
  minVizWidth: 75,
  orientation: VizOrientation.Auto,
  reduceOptions,
  showThresholdLabels: false,
  showThresholdMarkers: true,
  sizing: BarGaugeSizing.Auto,
};

const barGauge: Omit<BarGaugeOptions, 'legend'> = {
  displayMode: BarGaugeDisplayMode.Basic,
  maxVizHeight: 40,
  minVizHeight: 16,
  minVizWidth: 8,
  namePlacement: BarGaugeNamePlacement.Left,
  orientation: VizOrientation.Horizontal,
  reduceOptions,
  showUnfilled: true,
  sizing: BarGaugeSizing.Auto,
  valueMode: BarGaugeValueMode.Text,
};

const timeline: TimelineOptions = {
  legend,
  mergeValues: true,
  rowHeight: 0.9,
  showValue: VisibilityMode.Never,
  tooltip,
};

const table: TableOptions = { cellHeight: TableCellHeight.Sm, frameIndex: 0, showHeader: true };

const OPTIONS: Readonly<Record<PanelKind, object>> = {
  timeseries: timeSeries,
  stat,
  gauge,
  bargauge: barGauge,
  'state-timeline': timeline,
  table,
};

export function optionsOf({ kind }: PanelSpec): Record<string, unknown> {
  return { ...OPTIONS[kind] };
}

const line: GraphFieldConfig = {
  drawStyle: GraphDrawStyle.Line,
  fillOpacity: 8,
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  showPoints: VisibilityMode.Auto,
  spanNulls: false,
};

/** Grafana draws a line that never leaves zero on an axis up to 100, and so a share on one up to 10,000 %. */
function axisOf({ unit, steps = [] }: PanelSpec): GraphFieldConfig {
  const limit = Math.max(0, ...steps.flatMap(({ from }) => from ?? []));
  if (unit === 'percentunit') return { axisSoftMin: 0, axisSoftMax: Math.max(0.1, Math.min(1, 1.5 * limit)) };
  return NEVER_NEGATIVE_COUNTS.has(unit) ? { axisSoftMin: 0, axisSoftMax: 1 } : {};
}

const NEVER_NEGATIVE_COUNTS: ReadonlySet<Unit> = new Set(['short', 'cps', 'eps', 'mps']);

/** What is drawn of a series. A limit is drawn as a dashed line, so that how far away it is can be seen. */
export function customOf(spec: PanelSpec): Record<string, unknown> {
  const { kind, stacked, steps = [] } = spec;
  if (kind === 'state-timeline') return { fillOpacity: 80, lineWidth: 0 };
  if (kind !== 'timeseries') return {};
  const limited = steps.some(({ from }) => from !== undefined);
  return {
    ...line,
    ...axisOf(spec),
    ...(stacked ? { fillOpacity: 40, stacking: { group: 'A', mode: StackingMode.Normal } } : {}),
    thresholdsStyle: { mode: limited ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off },
  };
}
