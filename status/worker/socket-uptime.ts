import type { Reading } from '../samples/reading';
import { startOf } from './recent';
import type { SocketView } from './state';

export type Uptime = Pick<SocketView, 'sinceMs' | 'atLeast'>;

/** Since when the connection has been as it is. A reconnection between two looks is seen by its count. */
export class SocketUptime {
  private before: Reading | undefined;
  private uptime: Uptime = { sinceMs: 0, atLeast: true };

  follow(now: Reading): Uptime {
    const { before } = this;
    this.before = now;
    if (before === undefined) this.uptime = firstSeen(now);
    else if (isOther(before, now)) this.uptime = { sinceMs: now.atMs, atLeast: false };
    return this.uptime;
  }
}

/** Where nothing was ever reconnected, the connection is nearly as old as the process. */
function firstSeen(now: Reading): Uptime {
  const startedMs = startOf(now);
  if (startedMs !== null && now.feed.connected && now.feed.reconnects === 0)
    return { sinceMs: startedMs, atLeast: false };
  return { sinceMs: now.atMs, atLeast: true };
}

function isOther({ feed: before }: Reading, { feed: now }: Reading): boolean {
  return before.connected !== now.connected || now.reconnects > before.reconnects;
}
