import type { HistoryView } from '../worker/state';
import { element, KeyedList, type Row, setText } from './dom.js';
import { ago } from './format.js';
import uPlot from './uplot/uPlot.esm.js';

export interface Line {
  readonly name: string;
  /** CSS variable that holds its colour. */
  readonly colour: string;
  /** What the chart draws. */
  readonly drawn: (history: HistoryView) => readonly (number | null)[];
  /** What the table and the legend say; by default what is drawn. */
  readonly said?: (history: HistoryView) => readonly (number | null)[];
  readonly filled?: boolean;
}

export interface ChartOptions {
  readonly height: number;
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
}

const TABLE_STEP_MS = 300_000;

/** A chart for those who see it, with its figures beside the names and, for everybody, as a table. */
export function createChart(container: HTMLElement, options: ChartOptions): (history: HistoryView) => void {
  const drawing = element('div', { class: 'drawing', 'aria-hidden': 'true' });
  const legend = new KeyedList<Legend>(
    element('ul', { class: 'legend' }),
    ({ line }) => line.name,
    createLegend,
  );
  const table = createTable(options);
  container.append(legend.container, drawing, table.node);
  const draw = createDrawing(drawing, options);
  return (history) => {
    draw(history);
    legend.show(options.lines.map((line) => ({ line, text: options.format(lastOf(saidBy(line, history))) })));
    table.update(history);
  };
}

interface Legend {
  readonly line: Line;
  readonly text: string;
}

function createLegend(): Row<Legend> {
  const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  const [name, value] = [element('span'), element('b')];
  return {
    node: element('li', {}, swatch, name, ' ', value),
    update({ line, text }) {
      swatch.style.setProperty('background', `var(${line.colour})`);
      setText(name, line.name);
      setText(value, text);
    },
  };
}

function createDrawing(node: HTMLElement, options: ChartOptions): (history: HistoryView) => void {
  let chart: uPlot | undefined;
  let last: HistoryView | undefined;
  const again = () => {
    chart?.destroy();
    chart = undefined;
    if (last) draw(last);
  };
  const draw = (history: HistoryView) => {
    last = history;
    const data = [history.atMs.map((ms) => ms / 1000), ...options.lines.map(({ drawn }) => drawn(history))];
    if (chart) chart.setData(data as uPlot.AlignedData);
    else chart = new uPlot(plotOptions(node, options), data as uPlot.AlignedData, node);
  };
  // Colours are read once per chart, and a chart has the width it was made with.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  new ResizeObserver(() => chart?.setSize(sizeOf(node, options))).observe(node);
  return draw;
}

function sizeOf(node: HTMLElement, { height }: ChartOptions) {
  return { width: Math.max(120, node.clientWidth), height };
}

function plotOptions(node: HTMLElement, options: ChartOptions): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const series = options.lines.map(({ colour: name, filled }) => ({
    stroke: colour(name),
    width: 1.5,
    points: { show: false },
    ...(filled ? { fill: colour(`${name}-fill`) } : {}),
  }));
  return {
    ...sizeOf(node, options),
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high || 1) * 1.1] } },
    axes: [
      { ...axis, space: 70, size: 26 },
      { ...axis, size: 46, space: 28, values: (_plot, ticks) => ticks.map((tick) => options.format(tick)) },
    ],
    series: [{}, ...series],
  };
}

/** Filled when it is opened, and while it is open. */
function createTable({ lines, format }: ChartOptions) {
  const body = element('tbody');
  const heads = ['When', ...lines.map(({ name }) => name)].map((name) =>
    element('th', { scope: 'col' }, name),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...heads)), body);
  const node = element('details', { class: 'figures-table' }, element('summary', {}, 'As a table'), table);
  let last: HistoryView | undefined;
  const fill = () => {
    if (last && node.hasAttribute('open')) body.replaceChildren(...rowsOf(last, lines, format));
  };
  node.addEventListener('toggle', fill);
  return {
    node,
    update(history: HistoryView) {
      last = history;
      fill();
    },
  };
}

function rowsOf(history: HistoryView, lines: readonly Line[], format: ChartOptions['format']): HTMLElement[] {
  const { atMs } = history;
  const nowMs = atMs.at(-1) ?? 0;
  const everyFive = atMs.map((ms, index) => ({ ms, index })).reverse();
  let nextMs = Number.POSITIVE_INFINITY;
  return everyFive.flatMap(({ ms, index }) => {
    if (ms > nextMs) return [];
    nextMs = ms - TABLE_STEP_MS;
    const values = lines.map((line) => format(saidBy(line, history)[index] ?? null));
    const when = element('th', { scope: 'row' }, ago((nowMs - ms) / 1000));
    return [element('tr', {}, when, ...values.map((text) => element('td', {}, text)))];
  });
}

function saidBy(line: Line, history: HistoryView): readonly (number | null)[] {
  return (line.said ?? line.drawn)(history);
}

function lastOf(values: readonly (number | null)[]): number | null {
  return values.at(-1) ?? null;
}
