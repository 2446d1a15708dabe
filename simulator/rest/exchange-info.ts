/** /api/v3/exchangeInfo: which symbols there are and how they stand. */
import type { LiveMarket } from '../market/live-market';
import type { LiveSymbol } from '../market/live-symbol';
import type { SymbolStatus } from '../market/symbol-feed';
import { badRequest } from './api-error';
import { checkedSymbol, symbolsParameter } from './query';

/** The exchange lists a symbol's permissions one trading group at a time, and that is most of the answer. */
const PERMISSION_SET = [
  'SPOT',
  'MARGIN',
  ...Array.from({ length: 221 }, (_, group) => `TRD_GRP_${pad(group + 2)}`),
];

function pad(group: number): string {
  return String(group).padStart(3, '0');
}

export function exchangeInfo(
  market: LiveMarket,
  query: URLSearchParams,
  nowMs: number,
  weightLimit: number,
): object {
  const withPermissions = query.get('showPermissionSets') !== 'false';
  const symbols = chosenSymbols(market, query, nowMs).map((symbol) =>
    symbolInfo(symbol, nowMs, withPermissions),
  );
  return {
    timezone: 'UTC',
    serverTime: nowMs,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightLimit },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
    ],
    exchangeFilters: [],
    symbols,
  };
}

function chosenSymbols(market: LiveMarket, query: URLSearchParams, nowMs: number): LiveSymbol[] {
  const one = query.get('symbol');
  const names = one === null ? symbolsParameter(query) : [checkedSymbol(one)];
  const status = query.get('symbolStatus');
  if (names && status !== null) throw badRequest(-1128, 'Combination of optional parameters invalid.');
  if (names) return names.map((name) => listedSymbol(market, name, nowMs));
  const listed = [...market.symbols.values()].filter((symbol) => symbol.status(nowMs) !== undefined);
  return status === null ? listed : listed.filter((symbol) => symbol.status(nowMs) === status);
}

/** @throws ApiError -1121 */
export function listedSymbol(market: LiveMarket, name: string, nowMs: number): LiveSymbol {
  const symbol = market.symbols.get(name);
  if (symbol?.status(nowMs) === undefined) throw badRequest(-1121, 'Invalid symbol.');
  return symbol;
}

function symbolInfo(symbol: LiveSymbol, nowMs: number, withPermissions: boolean): object {
  const { baseAsset, quoteAsset, tickSize } = symbol.feed;
  const status: SymbolStatus | undefined = symbol.status(nowMs);
  return {
    symbol: symbol.name,
    status,
    baseAsset,
    baseAssetPrecision: 8,
    quoteAsset,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'],
    icebergAllowed: true,
    ocoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: true,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: tickSize.toFixed(8),
        maxPrice: '1000000.00000000',
        tickSize: tickSize.toFixed(8),
      },
    ],
    permissions: [],
    permissionSets: withPermissions ? [PERMISSION_SET] : [],
  };
}
