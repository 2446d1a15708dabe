import type { Stage } from '../diagnosis/finding';
import type { TraderView } from '../worker/state';
import { element, type Row, setAttribute, setText } from './dom.js';
import { count, duration, milliseconds } from './format.js';

export interface Shown {
  readonly trader: TraderView;
  readonly nowMs: number;
}

/** In order; true: a share of the watched symbols. */
const IS_SHARE: Readonly<Record<Stage, boolean>> = {
  watching: true,
  'with data': true,
  evaluated: true,
  matched: true,
  new: true,
  queued: false,
  persisted: false,
  analysed: false,
};
const STAGES = Object.keys(IS_SHARE) as Stage[];

export const COLUMNS: readonly string[] = [...STAGES, 'last hour', 'p95'];

/** One trader: who it is and what is to say of it, then its stages. */
export function createTrader(): Row<Shown> {
  const head = createHead();
  const stages = STAGES.map(createStage);
  const [signals, p95] = [createCell('last hour'), createCell('p95')];
  const cells = [...stages.map(({ cell }) => cell), signals.cell, p95.cell];
  const node = element('tr', { role: 'row' }, head.cell, ...cells);
  return {
    node,
    update(shown) {
      const { trader } = shown;
      setAttribute(node, 'data-severity', trader.severity ?? 'well');
      head.update(shown);
      for (const stage of stages) stage.update(trader);
      setText(signals.value, count(trader.signalsLastHour));
      setText(p95.value, milliseconds(trader.execution.p95Ms));
    },
  };
}

function createHead() {
  const name = element('bdi', { class: 'name' });
  const sentence = element('bdi', { class: 'sentence' });
  const last = element('span', { class: 'last' });
  const skipped = element('span', { class: 'skipped' });
  const who = element('div', { class: 'who' }, name, last);
  const cell = element('th', { scope: 'row', role: 'rowheader' }, who, sentence, skipped);
  return {
    cell,
    update({ trader, nowMs }: Shown) {
      setText(name, trader.name);
      name.title = trader.name;
      setText(sentence, trader.sentence);
      setText(last, lastRun(trader, nowMs));
      setText(skipped, skippedFor(trader));
      skipped.hidden = skipped.textContent === '';
    },
  };
}

function lastRun({ lastExecutionMs }: TraderView, nowMs: number): string {
  if (lastExecutionMs === null) return 'never ran';
  return `ran ${duration((nowMs - lastExecutionMs) / 1000)} ago`;
}

function skippedFor({ skipped }: TraderView): string {
  const reasons = Object.entries(skipped).map(
    ([reason, symbols]) => `${count(symbols)} ${reason.replaceAll('_', ' ')}`,
  );
  return reasons.length === 0 ? '' : `skipped: ${reasons.join(', ')}`;
}

function createStage(stage: Stage) {
  const { cell, value, mark } = createCell(stage);
  return {
    cell,
    update(trader: TraderView) {
      const { counts, closedAt } = trader;
      setText(value, count(counts[stage]));
      setAttribute(
        cell,
        'data-closed',
        closedAt === stage ? 'here' : isBeyond(stage, closedAt) ? 'after' : null,
      );
      setText(mark, closedAt === stage ? '✕ closed' : '');
      cell.style.setProperty('--share', String(shareOf(stage, trader)));
    },
  };
}

function createCell(label: string) {
  const value = element('span', { class: 'value' });
  const mark = element('span', { class: 'mark' });
  const cell = element('td', { role: 'cell', 'data-label': label }, value, mark);
  return { cell, value, mark };
}

function isBeyond(stage: Stage, closedAt: Stage | null): boolean {
  return closedAt !== null && STAGES.indexOf(stage) > STAGES.indexOf(closedAt);
}

function shareOf(stage: Stage, { counts }: TraderView): number {
  const [value, watching] = [counts[stage], counts.watching];
  return IS_SHARE[stage] && value !== null && watching ? Math.min(1, value / watching) : 0;
}
