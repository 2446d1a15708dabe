/** Is what the exchange says readable, timely and without gaps? */

import { quantile, since } from '../../samples/distribution';
import type { Reading } from '../../samples/reading';
import { ofMachine, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { grown, grownWithin, type View } from '../view';
import { counted, lasting, whole } from '../words';

const dated = ({ feed }: Reading) => feed.latencyMs.count;
const early = ({ feed }: Reading) => feed.clockSkew;

export const clockSkew: Rule = (view) => [...behind(view), ...late(view)];

/** Messages from the future. A small lead is the network's speed, not the clock: its size decides where it is known. */
function behind(view: View) {
  const messages = view.before ? grown(view, dated) : dated(view.now);
  const future = view.before ? grown(view, early) : early(view.now);
  const { skewSeconds } = view.now.feed;
  const large = skewSeconds === null || skewSeconds >= T.skewSeconds;
  const size = skewSeconds === null ? '' : ` by about ${lasting(skewSeconds)}`;
  return when(messages >= 10 && future > T.skewShare * messages && large, () =>
    ofMachine(
      'clock_skew',
      'warning',
      `This machine's clock is behind the exchange's${size}: ${whole((100 * future) / messages)} % of the messages come from its future, and ages and latencies mean nothing.`,
      [`binance_ws_clock_skew_total +${future} of ${messages} messages`],
    ),
  );
}

/** Every message late although they flow: the clock is ahead, or the way to the exchange is slow. */
function late(view: View) {
  const latency = since(view.now.feed.latencyMs, view.before?.feed.latencyMs);
  const median = (quantile(latency, 0.5) ?? 0) / 1000;
  return when(latency.count >= 10 && median >= T.lateSeconds, () =>
    ofMachine(
      'clock_skew',
      'warning',
      `Half of the exchange's messages are more than ${lasting(median)} old on arrival: this machine's clock is ahead of the exchange's, or the way there is slow.`,
      [`median of binance_ws_latency_ms ${whole(median * 1000)} over ${latency.count} messages`],
    ),
  );
}

export const framesMalformed: Rule = (view) => {
  const malformed = ({ feed }: Reading) => feed.parseErrors;
  const frames = ({ feed }: Reading) => (feed.messages.kline ?? 0) + (feed.messages.ticker ?? 0);
  const bad = grown(view, malformed);
  const share = malformed(view.now) / Math.max(1, frames(view.now));
  const condition = view.before
    ? bad >= T.malformedFrames
    : malformed(view.now) >= T.malformedFrames && share > 0.01;
  const recent = view.before
    ? `${counted(bad, 'frame')} in the last ${lasting(view.windowSeconds)}`
    : `${counted(malformed(view.now), 'frame')} since the start`;
  return when(condition, () =>
    ofMachine(
      'frames_malformed',
      'warning',
      `The exchange sends what the trader cannot read: ${recent}; their klines and tickers are lost.`,
      [`sum(kline_parse_errors_total) ${malformed(view.now)} of ${frames(view.now)} frames`],
    ),
  );
};

export const reconnectStorm: Rule = (view) => {
  const attempts = grownWithin(view, T.reconnectsSeconds, ({ feed }) => feed.reconnects);
  return when(attempts > T.reconnects, () =>
    ofMachine(
      'reconnect_storm',
      'warning',
      `The connection to the exchange does not hold: ${counted(attempts, 'attempt')} to reconnect in ten minutes.`,
      [`binance_ws_reconnects_total ${view.now.feed.reconnects} (+${attempts})`],
    ),
  );
};

/** One gap heals: the history behind it is fetched again. Candles that go missing minute after minute do not. */
export const klineGaps: Rule = (view) => {
  const missing = ({ feed }: Reading) => feed.intervals.reduce((sum, one) => sum + one.missing, 0);
  const minutes = new Set<number>();
  view.window.forEach((reading, index) => {
    const earlier = view.window[index - 1];
    if (earlier && missing(reading) > missing(earlier)) minutes.add(Math.floor(reading.atMs / 60_000));
  });
  return when(minutes.size >= T.gapMinutes, () =>
    ofMachine(
      'kline_gaps',
      'warning',
      `Candles go missing again and again: ${counted(grown(view, missing), 'candle')} in the last ${lasting(view.windowSeconds)}; indicators over them are wrong until history fills the gaps.`,
      [`sum(kline_missing_data_total) ${missing(view.now)}, grown in ${minutes.size} different minutes`],
    ),
  );
};
