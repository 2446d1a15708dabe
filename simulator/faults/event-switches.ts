/** Faults of the events on the streams: whether they come, when, and what they say. */
import { ConnectionSwitches } from './connection-switches';

export class EventSwitches extends ConnectionSwitches {
  /** Sends the newest event of a stream, or of all, once more. */
  repeatLast(stream = '*'): void {
    const streams = stream === '*' ? this.targets.hub.streams() : [stream];
    for (const name of streams) this.targets.hub.repeatLast(name);
  }

  /** Every push repeats the newest event. */
  freeze(on = true): void {
    this.targets.streamFaults.frozen = on;
  }

  /** `x:true` never comes, on a stream or on all (`*`). */
  dropCloses(stream = '*', on = true): void {
    toggle(this.targets.streamFaults.droppedCloses, stream, on);
  }

  duplicateCloses(stream = '*', on = true): void {
    toggle(this.targets.streamFaults.doubledCloses, stream, on);
  }

  /** 0 ends it. */
  delayCloses(delayMs: number, stream = '*'): void {
    this.targets.streamFaults.delayedCloses.set(stream, delayMs);
  }

  /** The closes of a boundary come spread over this long; 0 is the exchange's burst. */
  spreadCloses(spreadMs: number): void {
    this.targets.streamFaults.closeSpreadMs = spreadMs;
  }

  /** The next event of a stream, or of any, carries an event time that lies back. */
  olderEvent(byMs: number, stream = '*'): void {
    this.targets.streamFaults.olderEvents.set(stream, byMs);
  }

  /** The next event of a stream, or of any, is about a candle that lies back. */
  olderCandle(candles = 1, stream = '*'): void {
    this.targets.streamFaults.olderCandles.set(stream, candles);
  }

  /** Takes the acknowledgement and sends nothing: a stream, or all. */
  silence(stream = '*', on = true): void {
    toggle(this.targets.streamFaults.silent, stream, on);
  }

  /** Times of events have three more digits. */
  microseconds(on = true): void {
    this.targets.streamFaults.microseconds = on;
  }

  /** The next events are cut off in the middle. */
  truncate(events = 1): void {
    this.targets.streamFaults.truncateNext = events;
  }

  /** Sends an event of a type that nobody knows on every connection. */
  unknownEvent(type = 'mysteryEvent'): void {
    const event = `{"e":${JSON.stringify(type)},"E":${this.targets.clock.now()},"s":"BTCUSDT"}`;
    this.each(undefined, (connection) => {
      connection.send(connection.combined ? `{"stream":"btcusdt@${type}","data":${event}}` : event);
    });
  }

  /** Sends these bytes on every connection. */
  sendToAll(frame: string): void {
    this.each(undefined, (connection) => connection.send(frame));
  }

  /** Events carry fields that are not documented. */
  extraFields(on = true): void {
    this.targets.streamFaults.extraFields = on;
  }
}

function toggle(patterns: Set<string>, pattern: string, on: boolean): void {
  if (on) patterns.add(pattern);
  else patterns.delete(pattern);
}
