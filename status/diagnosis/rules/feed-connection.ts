/** Is there a connection, and does the exchange speak on it? */
import { quantile } from '../../samples/distribution';
import type { Reading } from '../../samples/reading';
import { ofMachine, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { flatSeconds, freshestSeconds, grown, heldSeconds, type View } from '../view';
import { counted, lasting, whole } from '../words';

export const feedConnection: Rule = (view) => {
  if (view.now.feed.connected === null) return [];
  const silent = silentSeconds(view);
  if (view.now.feed.connected || wasOpenJustNow(view)) return silence(view, silent);
  return disconnection(view, silent);
};

/** How long no kline has come. Ages alone mislead where the clocks differ: frames that were seen to come say more. */
export function silentSeconds(view: View): number {
  const freshest = freshestSeconds(view.now);
  if (freshest === null) return view.starting ? 0 : (view.uptimeSeconds ?? 0);
  const flat = flatSeconds(view, klines);
  if (grown(view, klines) > 0) return flat;
  return isLate(view) ? flat : Math.max(flat, freshest);
}

/** Every message came late: ages say more about the clocks than about the feed. */
function isLate({ now }: View): boolean {
  return (quantile(now.feed.latencyMs, 0.5) ?? 0) >= T.lateSeconds * 1000;
}

function klines({ feed }: Reading): number {
  return feed.messages.kline ?? 0;
}

/** A silent connection is renewed again and again: between two of them it is not the missing connection that is wrong. */
function wasOpenJustNow({ window, now }: View): boolean {
  return window.some(({ atMs, feed }) => feed.connected === true && now.atMs - atMs <= 30_000);
}

function silence(view: View, seconds: number) {
  const { feed } = view.now;
  const open = feed.connections.open ?? 1;
  return when(seconds >= T.feedSilentSeconds, () =>
    ofMachine(
      'feed_silent',
      'critical',
      `All traders: no kline for ${lasting(seconds)} on ${open > 1 ? `any of ${open} connections` : 'the connection'} although ${open > 1 ? 'they are' : 'it is'} open: the exchange has stopped sending.`,
      [
        `binance_ws_connected ${feed.connected ? 1 : 0}`,
        `binance_ws_messages_total{type="kline"} ${klines(view.now)} (+${grown(view, klines)} in ${lasting(view.windowSeconds)})`,
        `min(kline_data_age_seconds) ${whole(seconds)}`,
      ],
    ),
  );
}

function disconnection(view: View, silent: number) {
  const { connections, reconnects } = view.now.feed;
  const { open = 0, connecting = 0, backoff = 0 } = connections;
  const downSeconds = heldSeconds(view, ({ feed }) => feed.connected === false);
  const evidence = [
    'binance_ws_connected 0',
    `binance_ws_connections open ${open}, connecting ${connecting}, backoff ${backoff}`,
    `binance_ws_reconnects_total ${reconnects}`,
  ];
  if (open === 0 && !view.starting && silent >= T.disconnectedSeconds)
    return [ofMachine('exchange_disconnected', 'critical', noConnection(silent, reconnects), evidence)];
  const total = open + connecting + backoff;
  return when(open > 0 && downSeconds >= T.graceSeconds, () =>
    ofMachine(
      'exchange_disconnected',
      'warning',
      `${open} of ${counted(total, 'connection')} to the exchange ${open === 1 ? 'is' : 'are'} open for ${lasting(downSeconds)}: a part of the symbols gets no data.`,
      evidence,
    ),
  );
}

function noConnection(seconds: number, reconnects: number): string {
  return `All traders: no connection to the exchange, and no kline for ${lasting(seconds)}; ${counted(reconnects, 'attempt')} to reconnect so far.`;
}
