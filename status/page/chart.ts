import type { HistoryView } from '../worker/state';
import { createChartTable, type Line, lastOf } from './chart-table.js';
import { element, KeyedList, type Row, setText } from './dom.js';
import uPlot from './uplot/uPlot.esm.js';

export interface ChartOptions {
  readonly height: number;
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  /** False where the names and figures of the lines stand beside the chart anyway. */
  readonly legend: boolean;
}

/** What is counted stays as it is until it is counted again: a slope would show what never was. */
const stepped: uPlot.Series.PathBuilder = (plot, ...range) =>
  uPlot.paths.stepped?.({ align: 1 })(plot, ...range) ?? null;

/** Minutes: a chart of a machine that has just begun is as wide as this. */
const LEAST_SPAN = 5;

/** A chart for those who see it, with its figures beside the names and, for everybody, as a table. */
export function createChart(container: HTMLElement, options: ChartOptions): (history: HistoryView) => void {
  const drawing = element('div', { class: 'drawing', 'aria-hidden': 'true' });
  const legend = new KeyedList<Legend>(
    element('ul', { class: 'legend' }),
    ({ line }) => line.name,
    createLegend,
  );
  const table = createChartTable(options);
  container.append(...(options.legend ? [legend.container] : []), drawing, table.node);
  const draw = createDrawing(drawing, options);
  return (history) => {
    draw(history);
    legend.show(options.lines.map((line) => ({ line, text: options.format(lastOf(line, history)) })));
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
    const data = [minutesAgo(history), ...options.lines.map(({ drawn }) => drawn(history))];
    if (chart) chart.setData(data as uPlot.AlignedData);
    else chart = new uPlot(plotOptions(node, options), data as uPlot.AlignedData, node);
  };
  // Colours are read once per chart, and a chart has the width it was made with.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  new ResizeObserver(() => chart?.setSize(sizeOf(node, options))).observe(node);
  return draw;
}

/** The machine's clock and the reader's need not agree: times count back from the newest. */
function minutesAgo({ atMs }: HistoryView): number[] {
  const nowMs = atMs.at(-1) ?? 0;
  return atMs.map((ms) => (ms - nowMs) / 60_000);
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
    ...(filled ? { paths: stepped } : {}),
    ...(filled ? { fill: colour(`${name}-fill`) } : {}),
  }));
  return {
    ...sizeOf(node, options),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_plot, low) => [Math.min(low ?? 0, -LEAST_SPAN), 0] },
      y: { range: (_plot, _low, high) => [0, Math.max(1, high || 1) * 1.1] },
    },
    axes: [
      { ...axis, space: 70, size: 26, values: (_plot, ticks) => ticks.map(minuteName) },
      { ...axis, size: 58, space: 28, values: (_plot, ticks) => ticks.map((tick) => options.format(tick)) },
    ],
    series: [{}, ...series],
  };
}

function minuteName(minute: number): string {
  return minute === 0 ? 'now' : `−${-minute} min`;
}
