/** The page's beginning: the feed's states go to every part of the page; once a second it tells how old they are. */
import type { StatusState } from '../worker/state';
import { createAnnouncer } from './announcer.js';
import { createChart } from './chart.js';
import { byId, setAttribute } from './dom.js';
import { Feed } from './feed.js';
import { createFindings } from './findings.js';
import { count, milliseconds } from './format.js';
import { createLiveness } from './liveness.js';
import { createPanels } from './panels.js';
import { createSignals } from './signals.js';
import { createTraders } from './traders.js';

const MATCHES_HEIGHT = 170;
const EXECUTION_HEIGHT = 110;

const matches = createChart(byId('matches'), {
  height: MATCHES_HEIGHT,
  legend: true,
  format: count,
  // Stacked: what is drawn for the upper one is the sum, and it is drawn first.
  lines: [
    {
      name: 'new',
      colour: '--new',
      filled: true,
      drawn: ({ newMatches, continuing }) =>
        newMatches.map((value, index) => value + (continuing[index] ?? 0)),
      said: ({ newMatches }) => newMatches,
    },
    { name: 'continuing', colour: '--continuing', filled: true, drawn: ({ continuing }) => continuing },
  ],
});
const execution = createChart(byId('execution'), {
  height: EXECUTION_HEIGHT,
  legend: false,
  format: milliseconds,
  lines: [
    { name: 'avg', colour: '--continuing', drawn: ({ averageMs }) => averageMs },
    { name: 'p95', colour: '--second', drawn: ({ p95Ms }) => p95Ms },
  ],
});
const parts = [createFindings(), createPanels(), createSignals(), createTraders()];
const announce = createAnnouncer();
const liveness = createLiveness(announce);

function show(state: StatusState): void {
  liveness.state(state);
  const { view, nowMs } = state;
  if (!view) return;
  const main = byId('main');
  main.hidden = false;
  setAttribute(main, 'data-state', state.id);
  for (const part of parts) part(view, nowMs);
  matches(view.history);
  execution(view.history);
  announce.view(view);
}

new Feed({ state: show, connected: (connected) => liveness.connected(connected) }).start();
