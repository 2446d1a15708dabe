/** The inside of a panel, by its type. */
import { LABEL_HEADINGS } from '../dashboards/builder/table';
import type { PanelSpec } from '../dashboards/panel';
import { gaugeChart, PALETTE, timeSeriesChart } from './charts';
import { escaped } from './html';
import type { Line, PanelData } from './panel-data';
import type { TimeRange } from './prometheus-client';
import { timelineChart } from './timeline-chart';
import { colourOf, panelText, valueText } from './value-text';

/** Pixels of a grid unit, close to Grafana's on a wide screen. */
const UNIT_WIDTH = 52;
const UNIT_HEIGHT = 34;
const CHROME_WIDTH = 34;
const CHROME_HEIGHT = 46;

const last = ({ points }: Line) => points.at(-1)?.[1] ?? Number.NaN;

function stat(panel: PanelSpec, { lines }: PanelData): string {
  const tiles = lines.map((line) => {
    const value = last(line);
    return `<div class="tile"><b style="color:${colourOf(panel, value, line.query.steps)}">${escaped(panelText(panel, value))}</b><span>${escaped(line.name)}</span></div>`;
  });
  return `<div class="tiles">${tiles.join('')}</div>`;
}

function bars(panel: PanelSpec, { lines }: PanelData): string {
  const highest = Math.max(1e-9, ...lines.map(last));
  const rows = lines.map((line) => {
    const value = last(line);
    const share = (100 * Math.max(0, value)) / highest;
    const bar = `<svg width="100%" height="14"><rect width="100%" height="14" fill="currentColor" fill-opacity="0.08"/><rect width="${share.toFixed(2)}%" height="14" fill="${colourOf(panel, value)}"/></svg>`;
    return `<tr><td>${escaped(line.name)}</td><td class="bar">${bar}</td><td class="number">${escaped(panelText(panel, value))}</td></tr>`;
  });
  return `<table class="bars">${rows.join('')}</table>`;
}

/** Below the picture and not in it: a legend of many traders would be cut off there. */
function legend(lines: readonly Line[]): string {
  const entries = lines.map(({ name }, index) => {
    const key = `<i style="background:${PALETTE[index % PALETTE.length]}"></i>`;
    return `<li>${key}${escaped(name)}</li>`;
  });
  return `<ul class="legend">${entries.join('')}</ul>`;
}

/** As Grafana's "merge": one row per set of labels, one column per query. */
function table(panel: PanelSpec, { lines }: PanelData): string {
  const rows = new Map<string, { labels: Line['labels']; values: Map<string, number> }>();
  for (const line of lines) {
    const key = JSON.stringify(
      Object.entries(line.labels)
        .filter(([label]) => KEYS.has(label))
        .sort(),
    );
    const row = rows.get(key) ?? { labels: {}, values: new Map() };
    rows.set(key, {
      labels: { ...row.labels, ...line.labels },
      values: row.values.set(line.query.legend, last(line)),
    });
  }
  const labels = Object.keys(LABEL_HEADINGS).filter((label) =>
    lines.some((line) => line.labels[label] !== undefined),
  );
  const columns = panel.queries.map(({ legend }) => legend);
  const head = [...labels.map((label) => LABEL_HEADINGS[label] ?? label), ...columns];
  const body = [...rows.values()].map(({ labels: own, values }) => [
    ...labels.map((label) => `<td>${escaped(own[label] ?? '')}</td>`),
    ...columns.map((column) => `<td class="number">${cell(panel, column, values.get(column))}</td>`),
  ]);
  return `<table class="data"><tr>${head.map((text) => `<th>${escaped(text)}</th>`).join('')}</tr>${body.map((cells) => `<tr>${cells.join('')}</tr>`).join('')}</table>`;
}

const KEYS: ReadonlySet<string> = new Set(['app', 'region', 'instance', 'trader_id']);

function cell(
  { columnUnits = {}, unit, decimals }: PanelSpec,
  column: string,
  value: number | undefined,
): string {
  return value === undefined ? '–' : escaped(valueText(value, columnUnits[column] ?? unit, decimals));
}

export function panelBody(panel: PanelSpec, data: PanelData, range: TimeRange, rowHeight: number): string {
  if (data.lines.length === 0) return '<div class="empty">no data</div>';
  const width = panel.width * UNIT_WIDTH - CHROME_WIDTH;
  const height = rowHeight * UNIT_HEIGHT - CHROME_HEIGHT;
  switch (panel.kind) {
    case 'timeseries':
      return timeSeriesChart(panel, data.lines, range, width, height) + legend(data.lines);
    case 'state-timeline':
      return timelineChart(panel, data.lines, range, width, height);
    case 'gauge':
      return data.lines
        .map((line) => gaugeChart(panel, line, Math.max(150, width / data.lines.length - 8), height))
        .join('');
    case 'bargauge':
      return bars(panel, data);
    case 'table':
      return table(panel, data);
    default:
      return stat(panel, data);
  }
}
