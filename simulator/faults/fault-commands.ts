/** The fault switches by name, for `--fault NAME[=VALUE]` and POST /simulator/faults. */
import { type Interval, isInterval } from '../../src/market/interval';
import type { SymbolStatus } from '../market/symbol-feed';
import type { FaultSwitches, SkipOptions } from './fault-switches';

type Command = (faults: FaultSwitches, words: readonly string[]) => unknown;

/** A value is words divided by commas. */
const COMMANDS: Readonly<Record<string, { readonly value: string; readonly apply: Command }>> = {
  close: { value: '[CODE]', apply: (faults, [code]) => faults.closeConnections(whole(code, 1006)) },
  'drop-without-fin': { value: '', apply: (faults) => faults.dropWithoutFin() },
  'never-answer': { value: '[on|off]', apply: (faults, [on]) => faults.neverAnswer(flag(on)) },
  ban: { value: '[on|off]', apply: (faults, [on]) => faults.ban(flag(on)) },
  'stop-pings': { value: '[on|off]', apply: (faults, [on]) => faults.stopPings(flag(on)) },
  mute: {
    value: '[CONNECTION|oldest][,on|off]',
    apply: (faults, [id, on]) => faults.mute(optional(id), flag(on)),
  },
  'server-shutdown': { value: '[LEAD_MS]', apply: (faults, [lead]) => faults.serverShutdown(whole(lead, 0)) },
  'repeat-last': { value: '[STREAM]', apply: (faults, [stream]) => faults.repeatLast(stream || '*') },
  freeze: { value: '[on|off]', apply: (faults, [on]) => faults.freeze(flag(on)) },
  'drop-closes': {
    value: '[STREAM][,on|off]',
    apply: (faults, [stream, on]) => faults.dropCloses(stream || '*', flag(on)),
  },
  'duplicate-closes': {
    value: '[STREAM][,on|off]',
    apply: (faults, [stream, on]) => faults.duplicateCloses(stream || '*', flag(on)),
  },
  'delay-closes': {
    value: 'MS[,STREAM]',
    apply: (faults, [ms, stream]) => faults.delayCloses(whole(ms), stream || '*'),
  },
  'spread-closes': { value: 'MS', apply: (faults, [ms]) => faults.spreadCloses(whole(ms)) },
  'older-event': {
    value: 'MS[,STREAM]',
    apply: (faults, [ms, stream]) => faults.olderEvent(whole(ms), stream || '*'),
  },
  'older-candle': {
    value: '[CANDLES][,STREAM]',
    apply: (faults, [count, stream]) => faults.olderCandle(whole(count, 1), stream || '*'),
  },
  silence: {
    value: '[STREAM][,on|off]',
    apply: (faults, [stream, on]) => faults.silence(stream || '*', flag(on)),
  },
  'skip-candles': {
    value: 'N[,SYMBOL|*][,INTERVAL][,rest]',
    apply: (faults, [count, ...rest]) => faults.skipCandles(whole(count), skipOptions(rest)),
  },
  'zero-trades': {
    value: 'SYMBOL[,on|off]',
    apply: (faults, [symbol, on]) => faults.zeroTrades(word(symbol), flag(on)),
  },
  halt: { value: 'SYMBOL', apply: (faults, [symbol]) => faults.halt(word(symbol)) },
  delist: {
    value: 'SYMBOL[,remove]',
    apply: (faults, [symbol, remove]) => faults.delist(word(symbol), remove === 'remove'),
  },
  relist: { value: 'SYMBOL', apply: (faults, [symbol]) => faults.relist(word(symbol)) },
  list: {
    value: 'ASSET[,PRICE]',
    apply: (faults, [asset, price]) => faults.list(word(asset), decimal(price)),
  },
  rename: {
    value: 'SYMBOL,ASSET',
    apply: (faults, [symbol, asset]) => faults.rename(word(symbol), word(asset)),
  },
  status: {
    value: 'SYMBOL,STATUS',
    apply: (faults, [symbol, status]) => faults.setStatus(word(symbol), word(status) as SymbolStatus),
  },
  rest: {
    value: '429|418|403|503|hang[,TIMES][,SECONDS]',
    apply: (faults, [fault, times, seconds]) => restFault(faults, fault, times, seconds),
  },
  'rest-healthy': { value: '', apply: (faults) => faults.restHealthy() },
  'shift-clock': { value: 'MS', apply: (faults, [ms]) => faults.shiftClock(whole(ms)) },
  microseconds: { value: '[on|off]', apply: (faults, [on]) => faults.microseconds(flag(on)) },
  truncate: { value: '[EVENTS]', apply: (faults, [events]) => faults.truncate(whole(events, 1)) },
  'unknown-event': { value: '[TYPE]', apply: (faults, [type]) => faults.unknownEvent(type || undefined) },
  'extra-fields': { value: '[on|off]', apply: (faults, [on]) => faults.extraFields(flag(on)) },
  burst: { value: 'FACTOR', apply: (faults, [factor]) => faults.burst(whole(factor)) },
};

/** Each switch with the form of its value. */
export const FAULT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(COMMANDS).map(([name, { value }]) => [name, value]),
);

/** @throws Error that names the switch, or the part of its value that is wrong */
export function applyFault(faults: FaultSwitches, name: string, value: string): unknown {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    throw new Error(`no fault is named "${name}"; there are: ${Object.keys(COMMANDS).join(', ')}`);
  try {
    return command.apply(faults, value === '' ? [] : value.split(','));
  } catch (error) {
    throw new Error(
      `fault ${name}=${value}: ${(error as Error).message} (expected ${name}=${command.value})`,
    );
  }
}

function restFault(faults: FaultSwitches, fault = '', times?: string, seconds?: string): void {
  const known = ([429, 418, 403, 503, 'hang'] as const).find((each) => String(each) === fault);
  if (!known) throw new Error(`"${fault}" is no REST fault`);
  faults.rest(known, {
    ...(times ? { times: whole(times) } : {}),
    ...(seconds ? { retryAfterSeconds: whole(seconds), hangMs: whole(seconds) * 1000 } : {}),
  });
}

function skipOptions(words: readonly string[]): SkipOptions {
  const symbol = words[0] && words[0] !== '*' && words[0] !== 'rest' ? words[0] : undefined;
  const interval: Interval | undefined = words.find(isInterval);
  return { ...(symbol ? { symbol } : {}), ...(interval ? { interval } : {}), inRest: words.includes('rest') };
}

function flag(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'on') return true;
  if (text === 'off') return false;
  throw new Error(`"${text}" is neither on nor off`);
}

function whole(text: string | undefined, fallback?: number): number {
  if (!text && fallback !== undefined) return fallback;
  const value = Number(text || Number.NaN);
  if (!Number.isInteger(value)) throw new Error(`"${text ?? ''}" is no whole number`);
  return value;
}

function optional(text: string | undefined): number | undefined {
  return text && text !== 'oldest' ? whole(text) : undefined;
}

function decimal(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`"${text}" is no price`);
  return value;
}

function word(text: string | undefined): string {
  if (text) return text;
  throw new Error('a name is missing');
}
