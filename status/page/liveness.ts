import type { StatusState } from '../worker/state';
import type { Announcer } from './announcer.js';
import { byId, setAttribute, setText } from './dom.js';
import { duration } from './format.js';

type Line = 'waiting' | 'live' | 'lost';

/** Three updates may fail to come before what is shown counts as old. */
const OLD_AFTER_SECONDS = 20;
const WORDS: Readonly<Record<Line, string>> = {
  waiting: 'connecting',
  live: 'live',
  lost: 'connection lost',
};

/** How fresh the page is: the line to the machine, the age of what is shown, and why there is nothing newer. */
export function createLiveness(announcer: Announcer) {
  let line: Line = 'waiting';
  let state: StatusState | undefined;
  let receivedAtMs = Date.now();
  const ageSeconds = () => {
    const view = state?.view;
    return view && state ? (state.nowMs - view.atMs + Date.now() - receivedAtMs) / 1000 : undefined;
  };
  const draw = () => {
    const seconds = ageSeconds();
    const old = seconds !== undefined && seconds > OLD_AFTER_SECONDS;
    setAttribute(byId('live'), 'data-state', line === 'live' && old ? 'lost' : line);
    setText(byId('age'), seconds === undefined ? WORDS[line] : `${WORDS[line]}, ${duration(seconds)} old`);
    showBanner(bannerText(line, state?.problem ?? null, seconds));
  };
  setInterval(draw, 1000);
  return {
    state(next: StatusState): void {
      [state, receivedAtMs] = [next, Date.now()];
      draw();
    },
    connected(connected: boolean): void {
      const before = line;
      line = connected ? 'live' : 'lost';
      if (before === 'live' && line === 'lost') announcer.say('The connection to the machine is lost.');
      if (before === 'lost' && line === 'live') {
        announcer.say('The machine is connected again.');
        void reloadIfRenewed();
      }
      draw();
    },
  };
}

function bannerText(line: Line, problem: string | null, seconds: number | undefined): string {
  const shown = seconds === undefined ? '' : ` What you see is ${duration(seconds)} old.`;
  if (line === 'lost') return `The connection to the machine is lost; trying again.${shown}`;
  return problem === null ? '' : `${problem}${shown}`;
}

function showBanner(text: string): void {
  const banner = byId('banner');
  banner.hidden = text === '';
  setText(banner, text);
}

/** A machine that came back may serve another page than the one that runs here. */
async function reloadIfRenewed(): Promise<void> {
  const version = document.documentElement.dataset.version ?? '';
  try {
    const response = await fetch('/', { cache: 'no-store' });
    if (response.ok && !(await response.text()).includes(version)) location.reload();
  } catch {
    // The line is gone again: the next return looks again.
  }
}
