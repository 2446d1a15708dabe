/** Does the machine get the symbols and the history it asks for? */
import type { Reading } from '../../samples/reading';
import { ofMachine, type Rule, when } from '../rule';
import { THRESHOLDS as T } from '../thresholds';
import { heldSeconds, lastGrowthMs, sumOf, type View } from '../view';
import { counted, listed } from '../words';

const isGood = (key: string) => / 2\d\d$/.test(key);
const restCount = (good: boolean) => (reading: Reading) =>
  sumOf(Object.fromEntries(Object.entries(reading.feed.rest).filter(([key]) => isGood(key) === good)));

export const restFailing: Rule = (view) => {
  const failed = restCount(false)(view.now);
  if (failed === 0 || !isFailingNow(view)) return [];
  const { symbols, rest } = view.now.feed;
  const without = (symbols.subscribed ?? 0) === 0;
  const worst = Object.entries(rest).filter(([key, count]) => !isGood(key) && count > 0);
  const statuses = [...new Set(worst.map(([key]) => key.split(' ').at(-1) ?? ''))];
  const consequence = without
    ? 'the machine has no symbols to follow'
    : 'history and the list of symbols cannot be fetched';
  return [
    ofMachine(
      'exchange_rest_failing',
      without ? 'critical' : 'warning',
      `The exchange's REST interface refuses (${listed(statuses.map(meaning))}): ${consequence}.`,
      worst.map(([key, count]) => `binance_rest_requests_total ${key}: ${count}`),
    ),
  ];
};

/** The newest answers are refusals; or, with one page, there are more refusals than answers. */
function isFailingNow(view: View): boolean {
  const failedMs = lastGrowthMs(view, restCount(false));
  if (failedMs !== undefined) {
    const answeredMs = lastGrowthMs(view, restCount(true)) ?? 0;
    return failedMs > answeredMs && view.now.atMs - failedMs <= T.windowSeconds * 1000;
  }
  const [failed, answered] = [restCount(false)(view.now), restCount(true)(view.now)];
  return failed >= 3 && failed > answered;
}

const MEANINGS: Readonly<Record<string, string>> = {
  '403': '403: a firewall',
  '418': '418: this address is banned for a while',
  '429': '429: too many requests',
  '451': '451: not served from this region',
  network: 'it cannot be reached',
  timeout: 'it does not answer in time',
};

function meaning(status: string): string {
  return MEANINGS[status] ?? status;
}

export const universeShort: Rule = (view) => {
  const { wanted = 0, subscribed = 0, delivering = 0 } = view.now.feed.symbols;
  if (view.starting || wanted === 0) return [];
  const evidence = [`market_symbols wanted ${wanted}, subscribed ${subscribed}, delivering ${delivering}`];
  if (subscribed < T.universeShare * wanted) {
    const sentence = `All traders: the machine follows ${subscribed} of ${counted(wanted, 'symbol')} it should: what happens on the others is not seen.`;
    return [ofMachine('universe_short', 'warning', sentence, evidence)];
  }
  const quietSeconds = heldSeconds(view, ({ feed }) => short(feed.symbols));
  return when(
    short(view.now.feed.symbols) && (quietSeconds >= T.graceSeconds || view.windowSeconds === 0),
    () =>
      ofMachine(
        'universe_short',
        'warning',
        `Only ${delivering} of ${counted(subscribed, 'subscribed symbol')} deliver klines: the exchange acknowledged the others and sends nothing.`,
        evidence,
      ),
  );
};

function short({ subscribed = 0, delivering = 0 }: Readonly<Record<string, number>>): boolean {
  return delivering < T.universeShare * subscribed;
}
