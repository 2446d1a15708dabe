import { type ControlReply, readControlReply } from './control-frame';
import type { KlineUpdate } from './kline';
import { readKline } from './kline-frame';
import { ParseError, quoted } from './parse-error';
import { readTicker, readTickers, type TickerBatch } from './ticker-frame';

export type Frame =
  | { readonly type: 'kline'; readonly update: KlineUpdate }
  | ({ readonly type: 'ticker' } & TickerBatch)
  | { readonly type: 'control'; readonly reply: ControlReply }
  | { readonly type: 'server_shutdown' }
  | { readonly type: 'unknown'; readonly event: string };

type Wire = Readonly<Record<string, unknown>>;

/**
 * One text frame of a raw or a combined connection.
 * @param nowMs this machine's clock
 * @param wanted which symbols of an all-market ticker frame are worth reading
 * @throws ParseError
 */
export function readFrame(text: string, nowMs: number, wanted: (symbol: string) => boolean): Frame {
  const frame = parseJson(text);
  const payload = 'stream' in frame && 'data' in frame ? frame.data : frame;
  if (Array.isArray(payload)) return { type: 'ticker', ...readTickers(payload, nowMs, wanted) };
  if (typeof payload !== 'object' || payload === null) {
    throw new ParseError('unknown', 'shape', undefined, `its data are no object: ${quoted(payload)}`);
  }
  return readEvent(payload as Wire, nowMs);
}

function readEvent(event: Wire, nowMs: number): Frame {
  switch (event.e) {
    case 'kline':
      return { type: 'kline', update: readKline(event, nowMs) };
    case '24hrMiniTicker':
    case '24hrTicker':
      return { type: 'ticker', updates: [readTicker(event, nowMs)], errors: [] };
    case 'serverShutdown':
      return { type: 'server_shutdown' };
    default:
      return readOther(event);
  }
}

function readOther(event: Wire): Frame {
  const reply = event.e === undefined ? readControlReply(event) : undefined;
  return reply ? { type: 'control', reply } : { type: 'unknown', event: quoted(event.e) };
}

function parseJson(text: string): Wire {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ParseError('unknown', 'json', symbolIn(text), `no JSON: ${quoted(text)}`);
  }
  if (Array.isArray(parsed)) return { data: parsed, stream: '' };
  if (typeof parsed === 'object' && parsed !== null) return parsed as Wire;
  throw new ParseError('unknown', 'shape', undefined, `no object: ${quoted(text)}`);
}

/** A cut frame often still says whose it was. */
function symbolIn(text: string): string | undefined {
  return (
    /"s":"([^"\\]{1,64})"/.exec(text)?.[1] ?? /"stream":"([^"\\@!]{1,64})@/.exec(text)?.[1]?.toUpperCase()
  );
}
