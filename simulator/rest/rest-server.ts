/** The market-data part of the exchange's REST interface. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeClock } from '../exchange-clock';
import { klineRow, microseconds, milliseconds } from '../frames';
import { candleHistory } from '../market/candle-history';
import type { LiveMarket } from '../market/live-market';
import type { RollingDays } from '../market/rolling-day';
import { dayTicker } from '../ticker-frames';
import { ApiError } from './api-error';
import { exchangeInfo, listedSymbol } from './exchange-info';
import {
  checkedSymbol,
  intervalParameter,
  limitParameter,
  symbolParameter,
  symbolsParameter,
  timeParameter,
} from './query';
import type { RateLimits } from './rate-limits';
import type { RestFaults } from './rest-faults';

interface Endpoint {
  readonly weight: (query: URLSearchParams) => number;
  /** @returns the body, as JSON text */
  readonly answer: (query: URLSearchParams, inMicroseconds: boolean) => string;
}

export class RestServer {
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(
    private readonly market: LiveMarket,
    private readonly days: RollingDays,
    private readonly clock: ExchangeClock,
    private readonly limits: RateLimits,
    private readonly faults: RestFaults,
  ) {
    const klines: Endpoint = { weight: () => 2, answer: (query, micro) => this.#klines(query, micro) };
    this.#endpoints = new Map<string, Endpoint>([
      ['/api/v3/ping', { weight: () => 1, answer: () => '{}' }],
      ['/api/v3/time', { weight: () => 1, answer: (_query, micro) => this.#time(micro) }],
      ['/api/v3/exchangeInfo', { weight: () => 20, answer: (query) => this.#exchangeInfo(query) }],
      [
        '/api/v3/ticker/24hr',
        { weight: tickerWeight, answer: (query, micro) => this.#tickers(query, micro) },
      ],
      ['/api/v3/klines', klines],
      ['/api/v3/uiKlines', klines],
    ]);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://exchange');
    const endpoint = this.#endpoints.get(url.pathname);
    if (!endpoint)
      return void response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>404</html>');
    const inMicroseconds = request.headers['x-mbx-time-unit']?.toString().toUpperCase() === 'MICROSECOND';
    const answer = () =>
      this.#answer(response, () => this.#perform(endpoint, url.searchParams, inMicroseconds));
    this.#answer(response, () =>
      this.faults.meets(response, this.limits.weightPerMinute, answer)
        ? undefined
        : this.#perform(endpoint, url.searchParams, inMicroseconds),
    );
  }

  #perform(endpoint: Endpoint, query: URLSearchParams, inMicroseconds: boolean): string {
    this.limits.take(endpoint.weight(query), Date.now());
    return endpoint.answer(query, inMicroseconds);
  }

  /** @param produce its undefined says that somebody else answers */
  #answer(response: ServerResponse, produce: () => string | undefined): void {
    try {
      const body = produce();
      if (body !== undefined) this.#send(response, 200, body, {});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#send(response, error.status, error.body, error.headers);
    }
  }

  #send(
    response: ServerResponse,
    status: number,
    body: string,
    headers: Readonly<Record<string, string>>,
  ): void {
    const used = String(this.limits.used);
    response.writeHead(status, {
      'Content-Type': 'application/json;charset=UTF-8',
      'Content-Length': Buffer.byteLength(body),
      'X-MBX-USED-WEIGHT': used,
      'X-MBX-USED-WEIGHT-1M': used,
      ...headers,
    });
    response.end(body);
  }

  #time(inMicroseconds: boolean): string {
    return `{"serverTime":${(inMicroseconds ? microseconds : milliseconds)(this.clock.now())}}`;
  }

  #exchangeInfo(query: URLSearchParams): string {
    return JSON.stringify(exchangeInfo(this.market, query, this.clock.now(), this.limits.weightPerMinute));
  }

  #tickers(query: URLSearchParams, inMicroseconds: boolean): string {
    const nowMs = this.clock.now();
    const inUnit = inMicroseconds ? (timeMs: number) => timeMs * 1000 : (timeMs: number) => timeMs;
    const ticker = (name: string) => {
      const symbol = listedSymbol(this.market, name, nowMs);
      return dayTicker(name, this.days.figures(symbol, nowMs), inUnit);
    };
    const one = query.get('symbol');
    if (one !== null) return JSON.stringify(ticker(checkedSymbol(one)));
    const listed = [...this.market.symbols.values()].filter((symbol) => symbol.status(nowMs) !== undefined);
    const names = symbolsParameter(query) ?? listed.map(({ name }) => name);
    return JSON.stringify(names.map(ticker));
  }

  #klines(query: URLSearchParams, inMicroseconds: boolean): string {
    const name = symbolParameter(query);
    const interval = intervalParameter(query);
    const limit = limitParameter(query, 500, 1000);
    const [startTimeMs, endTimeMs] = [timeParameter(query, 'startTime'), timeParameter(query, 'endTime')];
    const nowMs = this.clock.now();
    const symbol = listedSymbol(this.market, name, nowMs);
    const rows = candleHistory(symbol, { interval, startTimeMs, endTimeMs, limit }, nowMs);
    const time = inMicroseconds ? microseconds : milliseconds;
    return `[${rows.map((candle) => klineRow(interval, candle, time)).join(',')}]`;
  }
}

function tickerWeight(query: URLSearchParams): number {
  if (query.get('symbol') !== null) return 2;
  const count = symbolsParameter(query)?.length;
  if (count === undefined || count > 100) return 80;
  return count > 20 ? 40 : 2;
}
