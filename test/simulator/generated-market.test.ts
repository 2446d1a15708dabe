import { describe, expect, it } from '@jest/globals';
import { GeneratedFeed } from '../../simulator/generated/generated-feed';
import { symbolProfiles } from '../../simulator/generated/symbol-profiles';
import { absorb, flatCandle } from '../../simulator/market/candle';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOON = Date.UTC(2026, 5, 3, 12);

const feeds = symbolProfiles(100, 1).map((profile) => new GeneratedFeed(profile, 1));

describe('the generated market', () => {
  it('lists as many symbols as asked for, each once, BTCUSDT first', () => {
    for (const count of [1, 10, 120, 500, 1500]) {
      const names = symbolProfiles(count, 1).map(({ symbol }) => symbol);
      expect(new Set(names).size).toBe(count);
      expect(names[0]).toBe('BTCUSDT');
    }
  });

  it('trades as often as an exchange does: much, little, and in some minutes not at all', () => {
    const profiles = symbolProfiles(371, 1);
    const shareOfEmptyMinutes = (rank: number) => {
      const minutes = new GeneratedFeed(profiles[rank]!, 1).history('1m', NOON - 299 * MINUTE, NOON);
      return minutes.filter(({ trades }) => trades === 0).length / minutes.length;
    };
    expect(shareOfEmptyMinutes(0)).toBe(0);
    expect(shareOfEmptyMinutes(185)).toBeLessThan(0.15);
    expect(shareOfEmptyMinutes(334)).toBeGreaterThan(0.2);
    expect(shareOfEmptyMinutes(334)).toBeLessThan(0.7);
  });

  it('adds up: an open candle is the sum of its minutes', () => {
    for (const feed of feeds.slice(0, 10)) {
      const whole = flatCandle(NOON, feed.priceAt(NOON));
      for (const minute of feed.history('1m', NOON, NOON + 29 * MINUTE)) absorb(whole, minute);
      const { openTimeMs, open, high, low, close, trades } = feed.head('1h', NOON, NOON + 30 * MINUTE)!;
      expect({ openTimeMs, open, high, low, close, trades }).toEqual({
        openTimeMs: whole.openTimeMs,
        open: whole.open,
        high: whole.high,
        low: whole.low,
        close: whole.close,
        trades: whole.trades,
      });
    }
  });

  it('opens and closes the same moment at the same price in every interval', () => {
    for (const feed of feeds.slice(0, 10)) {
      const [hour] = feed.history('1h', NOON, NOON);
      const minutes = feed.history('1m', NOON, NOON + 59 * MINUTE);
      expect([hour!.open, hour!.close]).toEqual([minutes[0]!.open, minutes.at(-1)!.close]);
    }
  });

  it('stays in a believable range over years', () => {
    for (const feed of feeds.slice(0, 20)) {
      const closes = feed.history('1w', NOON - 300 * 7 * DAY, NOON).map(({ close }) => close);
      expect(Math.max(...closes) / Math.min(...closes)).toBeLessThan(100);
      expect(Math.min(...closes)).toBeGreaterThan(0);
    }
  });

  it('moves enough for the usual filters to find something in most minutes', () => {
    const minutes = 12;
    const found = { oversold: 0, momentum: 0, volume: 0 };
    const histories = feeds.map((feed) => feed.history('1m', NOON - 60 * MINUTE, NOON + minutes * MINUTE));
    for (let minute = 0; minute < minutes; minute++) {
      const windows = histories.map((history) => history.slice(minute, minute + 60));
      const closes = windows.map((window) => window.map(({ close }) => close));
      if (closes.some((each) => rsi(each.slice(-15)) < 30)) found.oversold++;
      if (closes.some((each) => each.at(-1)! / each.at(-16)! > 1.01)) found.momentum++;
      if (windows.some((window) => spikes(window.map(({ volume }) => volume)))) found.volume++;
    }
    for (const count of Object.values(found)) expect(count).toBeGreaterThan(minutes / 2);
  });
});

/** Relative strength of the last candles, by simple means. */
function rsi(closes: readonly number[]): number {
  const changes = closes.slice(1).map((close, index) => close - closes[index]!);
  const gain = changes.reduce((total, change) => total + Math.max(change, 0), 0);
  const loss = changes.reduce((total, change) => total + Math.max(-change, 0), 0);
  return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
}

function spikes(volumes: readonly number[]): boolean {
  const before = volumes.slice(-21, -1);
  return volumes.at(-1)! > (3 * before.reduce((total, volume) => total + volume, 0)) / before.length;
}
