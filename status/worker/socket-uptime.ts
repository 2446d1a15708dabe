import type { Reading } from '../samples/reading';

/** Since when the connection has been as it is. A reconnection between two looks is seen by its count. */
export class SocketUptime {
  private connected: boolean | null = null;
  private reconnects = 0;
  private sinceMs = 0;

  /** @returns since when, epoch ms by the reading's clock; as far back as was looked */
  follow({ atMs, feed }: Reading): number {
    const changed = feed.connected !== this.connected || feed.reconnects > this.reconnects;
    if (changed || this.sinceMs === 0) this.sinceMs = atMs;
    this.connected = feed.connected;
    this.reconnects = feed.reconnects;
    return this.sinceMs;
  }
}
