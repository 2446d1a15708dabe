import type { ExecutionRecord } from '../screening/execution-record';
import type { MachineEvent } from './machine-event';
import type { Signal } from './signal';

/** What a log line calls an item: words for the sentence, fields beside it. */
export interface ItemName {
  readonly words: string;
  readonly fields: Readonly<Record<string, string>>;
}

export function nameOfSignal({ id, traderName, traderId, symbol }: Signal): ItemName {
  return {
    words: `signal of trader "${traderName}" for ${symbol}`,
    fields: { signal: id, trader_id: traderId, symbol },
  };
}

export function nameOfExecution({ traderId, interval }: ExecutionRecord): ItemName {
  return { words: `${interval} execution of trader ${traderId}`, fields: { trader_id: traderId, interval } };
}

export function nameOfEvent({ type, id }: MachineEvent): ItemName {
  return { words: `event ${type}`, fields: { event: id, type } };
}
