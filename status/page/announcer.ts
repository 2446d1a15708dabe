import type { StatusView } from '../worker/state';
import { byId, setText } from './dom.js';

export interface Announcer {
  /** Says the headline when what it is about has changed: its figures change all the time. */
  view(view: StatusView): void;
  say(text: string): void;
}

/** What a screen reader speaks without being asked: news, and no figure that merely moved. */
export function createAnnouncer(): Announcer {
  const region = byId('announcement');
  let told: string | undefined;
  return {
    view({ headline, findings, healthy }) {
      const [first] = findings;
      const subject = first?.subject.kind === 'trader' ? first.subject.id : '';
      const news = healthy ? 'healthy' : `${first?.cause} ${subject}`;
      if (news !== told) setText(region, headline);
      told = news;
    },
    say: (text) => setText(region, text),
  };
}
