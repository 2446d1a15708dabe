import type { StatusView, TraderView } from '../worker/state';
import { byId, element, KeyedList, setText } from './dom.js';
import { plural } from './format.js';
import { COLUMNS, createTrader, type Shown } from './trader-row.js';

const RANKS = { critical: 0, warning: 1, notice: 2 } as const;
/** As many fit a screen: below that nobody needs to search. */
const SEARCHED_FROM = 8;

/** The funnel of every trader, the ones in trouble first. */
export function createTraders(): (view: StatusView, nowMs: number) => void {
  const body = element('tbody', { role: 'rowgroup' });
  byId('traders-table').append(table(body));
  const rows = new KeyedList<Shown>(body, ({ trader }) => trader.id, createTrader);
  const filter = byId('filter') as HTMLInputElement;
  let last: { readonly traders: readonly TraderView[]; readonly nowMs: number } | undefined;
  const draw = () => {
    if (!last) return;
    const { traders, nowMs } = last;
    const found = sorted(traders).filter((trader) => mentions(trader, filter.value));
    rows.show(found.map((trader) => ({ trader, nowMs })));
    tell(traders, found);
  };
  filter.addEventListener('input', draw);
  return ({ traders }, nowMs) => {
    last = { traders, nowMs };
    draw();
  };
}

function tell(traders: readonly TraderView[], found: readonly TraderView[]): void {
  const silent = traders.length === found.length ? '' : `${found.length} of `;
  setText(byId('traders-count'), `${silent}${plural(traders.length, 'trader')}`);
  byId('filter-label').hidden = traders.length < SEARCHED_FROM;
  byId('traders-table').hidden = found.length === 0;
  const none = byId('traders-none');
  none.hidden = found.length > 0;
  setText(none, traders.length === 0 ? 'No trader is loaded.' : 'No trader has that in its name or line.');
}

function sorted(traders: readonly TraderView[]): TraderView[] {
  const rank = ({ severity }: TraderView) => (severity === null ? 3 : RANKS[severity]);
  return [...traders].sort((a, b) => rank(a) - rank(b));
}

function mentions({ name, sentence }: TraderView, words: string): boolean {
  return `${name} ${sentence}`.toLowerCase().includes(words.trim().toLowerCase());
}

/** On a phone the rows become blocks, and a browser would forget what they are: hence the roles. */
function table(body: HTMLElement): HTMLElement {
  const heads = ['Trader', ...COLUMNS].map((name) =>
    element('th', { scope: 'col', role: 'columnheader' }, name),
  );
  const head = element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads));
  return element('table', { role: 'table', 'aria-labelledby': 'traders-title' }, head, body);
}
