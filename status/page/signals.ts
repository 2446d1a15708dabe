import type { StatusView, TraderView } from '../worker/state';
import { byId, element, KeyedList, type Row, setText } from './dom.js';
import { count, duration, plural } from './format.js';

const MOST_BARS = 10;

interface Bar {
  readonly trader: TraderView;
  /** Of the longest bar. */
  readonly share: number;
}

/** Signals of the last hour by trader, most first. */
export function createSignals(): (view: StatusView, nowMs: number) => void {
  const [span, rest] = [byId('signals-span'), byId('signals-rest')];
  const bars = new KeyedList<Bar>(byId('signals-bars'), ({ trader }) => trader.id, createBar);
  return ({ signals, traders }, nowMs) => {
    const seconds = (nowMs - signals.sinceMs) / 1000;
    setText(span, `${count(signals.total)} in the last ${seconds > 3540 ? 'hour' : duration(seconds)}`);
    const most = Math.max(1, ...traders.map(({ signalsLastHour }) => signalsLastHour));
    const shown = chosen(traders);
    bars.show(shown.map((trader) => ({ trader, share: trader.signalsLastHour / most })));
    setText(rest, remark(traders, shown));
  };
}

function chosen(traders: readonly TraderView[]): TraderView[] {
  const sorted = [...traders].sort((a, b) => b.signalsLastHour - a.signalsLastHour);
  const signalling = sorted.filter(({ signalsLastHour }) => signalsLastHour > 0);
  const few = traders.length <= MOST_BARS ? sorted : signalling;
  return few.slice(0, MOST_BARS);
}

function remark(traders: readonly TraderView[], shown: readonly TraderView[]): string {
  const hidden = traders.filter((trader) => !shown.includes(trader));
  if (hidden.length === 0) return '';
  const signalling = hidden.filter(({ signalsLastHour }) => signalsLastHour > 0).length;
  const silent = plural(hidden.length - signalling, 'trader');
  if (signalling === 0) return `${silent} without a signal`;
  return `${plural(signalling, 'more trader')} with fewer, ${silent} without a signal`;
}

function createBar(): Row<Bar> {
  const name = element('bdi', { class: 'name' });
  const value = element('span', { class: 'value' });
  const fill = element('span', { class: 'fill', 'aria-hidden': 'true' });
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, fill);
  return {
    node: element('li', {}, track, name, value),
    update({ trader, share }) {
      setText(name, trader.name);
      name.title = trader.name;
      setText(value, count(trader.signalsLastHour));
      fill.style.setProperty('inline-size', `${share * 100}%`);
    },
  };
}
