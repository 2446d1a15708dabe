import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readDailyTickers, readTradablePairs } from '../../src/market/exchange-listing';
import { chooseSymbols } from '../../src/market/universe-choice';

function listing(...names: string[]) {
  return {
    symbols: names.map((baseAsset) => ({
      ...{
        symbol: `${baseAsset}USDT`,
        baseAsset,
        quoteAsset: 'USDT',
        status: 'TRADING',
        isSpotTradingAllowed: true,
      },
    })),
  };
}

function tickers(volumes: Record<string, string>) {
  const shape = {
    closeTime: 1_790_134_740_000,
    lastPrice: '1',
    openPrice: '1',
    highPrice: '1',
    lowPrice: '1',
    volume: '1',
  };
  return readDailyTickers(
    Object.entries(volumes).map(([symbol, quoteVolume]) => ({ symbol, quoteVolume, ...shape })),
  );
}

describe('the universe', () => {
  it('is the most traded pairs, leveraged tokens left out, coins that only sound like them not', () => {
    const pairs = readTradablePairs(
      listing('BTC', 'BTCUP', 'BTCDOWN', 'JUP', 'SYRUP', 'ETH', 'BULL', 'DUST'),
    );
    const traded = tickers({
      BTCUSDT: '9',
      BTCUPUSDT: '99',
      BTCDOWNUSDT: '98',
      JUPUSDT: '7',
      SYRUPUSDT: '8',
      ETHUSDT: '1e3',
      BULLUSDT: '50',
    });
    expect(chooseSymbols(pairs, traded, 4, [])).toEqual(['ETHUSDT', 'BTCUSDT', 'SYRUPUSDT', 'JUPUSDT']);
  });

  it('holds only what is trading spot against USDT', () => {
    const { symbols } = listing('A', 'B', 'C', 'D', 'E');
    Object.assign(symbols[1]!, { status: 'HALT' });
    Object.assign(symbols[2]!, { quoteAsset: 'BTC' });
    Object.assign(symbols[3]!, { isSpotTradingAllowed: false });
    expect(readTradablePairs({ symbols: [...symbols, null, {}] }).map(({ symbol }) => symbol)).toEqual([
      'AUSDT',
      'EUSDT',
    ]);
  });

  it('does not swap symbols at its edge back and forth', () => {
    const pairs = readTradablePairs(listing('A', 'B', 'C', 'D', 'E'));
    const traded = tickers({ AUSDT: '9', BUSDT: '8', CUSDT: '7', DUSDT: '6', EUSDT: '5' });
    expect(chooseSymbols(pairs, traded, 4, ['EUSDT', 'AUSDT'])).toEqual(['AUSDT', 'BUSDT', 'CUSDT', 'EUSDT']);
    expect(chooseSymbols(pairs, traded, 3, ['EUSDT', 'AUSDT'])).toEqual(['AUSDT', 'BUSDT', 'CUSDT']);
  });

  it('is refused, as something to try again, when the answer has no list', () => {
    expect(() => readTradablePairs({})).toThrow('exchangeInfo answered without a list');
    expect(() => readTradablePairs(null)).toThrow('exchangeInfo answered without a list');
    expect(() => readDailyTickers({ code: 1 })).toThrow('ticker/24hr answered without a list');
  });

  it('is found in the exchange’s own recorded answers', () => {
    const folder = join(__dirname, '../../../shared/market-data/rest');
    if (!existsSync(folder)) return;
    const recorded = (name: string) => JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString());
    const pairs = readTradablePairs(recorded('exchangeInfo-spot-20211012.json.gz'));
    const chosen = chooseSymbols(
      pairs,
      readDailyTickers(recorded('ticker24hr-all-20240105.json.gz')),
      100,
      [],
    );
    expect(chosen).toHaveLength(100);
    expect(chosen).toContain('BTCUSDT');
    expect(pairs.some(({ symbol }) => symbol === 'BTCUPUSDT')).toBe(false);
  });
});
