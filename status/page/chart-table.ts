import type { HistoryView } from '../worker/state';
import { element } from './dom.js';
import { ago } from './format.js';

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

interface TableOptions {
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
}

const STEP_MS = 300_000;

export function lastOf(line: Line, history: HistoryView): number | null {
  return saidBy(line, history).at(-1) ?? null;
}

/** Filled when it is opened, and while it is open. */
export function createChartTable({ lines, format }: TableOptions) {
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

function rowsOf(history: HistoryView, lines: readonly Line[], format: TableOptions['format']): HTMLElement[] {
  const { atMs } = history;
  const nowMs = atMs.at(-1) ?? 0;
  const everyFive = atMs.map((ms, index) => ({ ms, index })).reverse();
  let nextMs = Number.POSITIVE_INFINITY;
  return everyFive.flatMap(({ ms, index }) => {
    if (ms > nextMs) return [];
    nextMs = ms - STEP_MS;
    const values = lines.map((line) => format(saidBy(line, history)[index] ?? null));
    const when = element('th', { scope: 'row' }, ago((nowMs - ms) / 1000));
    return [element('tr', {}, when, ...values.map((text) => element('td', {}, text)))];
  });
}

function saidBy(line: Line, history: HistoryView): readonly (number | null)[] {
  return (line.said ?? line.drawn)(history);
}
