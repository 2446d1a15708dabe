/** Recorded markets played to a whole machine: a real outage shows as what it was, real frames are all understood. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Family } from '../support/exposition';
import { runningMachine } from '../support/running-machine';
import { ROOT } from '../support/source-files';
import { sample, total } from '../support/trader-machine';

/** The recordings are not part of the project: where they are absent there is nothing to play. */
const RECORDINGS = join(ROOT, '../shared/market-data');
const whereRecorded = existsSync(RECORDINGS) ? describe : describe.skip;

/** Candles before the outage: the exchange's 2023-03-24 13:00 is the 38th hour of the recording. */
const HOURS_BEFORE = 37;
const SYMBOLS = 340;
const SPARED = 'NBTUSDT';

function missing(page: Map<string, Family>, interval: string): Map<string, number> {
  const samples = page.get('kline_missing_data_total')?.samples ?? [];
  const own = samples.filter(({ labels }) => labels.interval === interval);
  return new Map(own.map(({ labels, value }) => [labels.symbol ?? '', value]));
}

whereRecorded('the outage of 2023-03-24, 340 symbols', () => {
  const running = runningMachine(['--replay', RECORDINGS, '--replay-history', String(HOURS_BEFORE)], {
    SYMBOL_COUNT: String(SYMBOLS),
  });

  it('is one missing candle for the 339 symbols that have it, listings inside the window included, and none elsewhere', async () => {
    const all = (page: Map<string, Family>) =>
      [...missing(page, '1m').values()].filter((count) => count > 0).length >= SYMBOLS - 1;
    const page = await running.trader.pageWith(all, 'the outage', 200_000);
    const counts = missing(page, '1m');
    const odd = [...counts].filter(([symbol, count]) => count !== (symbol === SPARED ? 0 : 1));
    expect(counts.size).toBe(SYMBOLS);
    expect(odd).toEqual([]);
    expect(sample(page, 'market_symbols', { state: 'subscribed' })).toBe(SYMBOLS);
  }, 240_000);

  it('brought no malformed frame', async () => {
    expect(total(await running.trader.page(), 'kline_parse_errors_total')).toBe(0);
  });

  it.each([
    'cryptofeed-binance-spot-20211012.txt',
    'cryptofeed-binanceus-20211012.txt',
    'cryptofeed-binance-usdm-minute-close-20210722.txt',
  ])('the frames of %s give no parse error', async (recording) => {
    const received = (page: Map<string, Family>) => total(page, 'binance_ws_messages_total');
    const before = received(await running.trader.page());
    const path = join(RECORDINGS, 'ws', recording);
    const body = JSON.stringify({ path, retime: true, speed: 100, toEveryConnection: true });
    const response = await fetch(`${running.exchange.restUrl}/simulator/recordings`, {
      method: 'POST',
      body,
    });
    const { frames } = (await response.json()) as { frames: number };
    const page = await running.trader.pageWith(
      (now) => received(now) >= before + frames,
      `${frames} recorded frames`,
    );
    expect(frames).toBeGreaterThan(200);
    expect(total(page, 'kline_parse_errors_total')).toBe(0);
  });
});
