const QUOTE_ASSETS = ['USDT', 'BUSD', 'USDC', 'TUSD', 'USD', 'EUR', 'BTC', 'ETH', 'BNB'];

/** Splits a symbol into what is traded and what it is paid with. */
export function assetsOf(symbol: string): { baseAsset: string; quoteAsset: string } {
  const quoteAsset =
    QUOTE_ASSETS.find((quote) => symbol.endsWith(quote) && symbol.length > quote.length) ?? '';
  return { baseAsset: symbol.slice(0, symbol.length - quoteAsset.length), quoteAsset };
}

/** The price step that the digits of a price suggest. */
export function tickSizeOf(price: number): number {
  const digits = price.toFixed(8).replace(/0+$/, '').split('.')[1]?.length ?? 0;
  return 10 ** -digits;
}
