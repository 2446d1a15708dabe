/** Recordings of raw socket traffic: the bytes that a client of the exchange got, and when. */
import { readText } from './recorded-text';

export interface RecordedFrame {
  /** By the recorder's clock, epoch ms. */
  readonly receivedMs: number;
  /** The frame, byte for byte. */
  readonly text: string;
}

/** Lines `<epoch s>: <frame>` or `<epoch ns> <frame>`; the head line and what else is no frame is passed over. */
export function* readSocketRecording(path: string): Generator<RecordedFrame> {
  for (const line of readText(path).split('\n')) {
    const seconds = /^(\d+(?:\.\d+)?): (.+)$/.exec(line);
    if (seconds) yield { receivedMs: Number(seconds[1]) * 1000, text: seconds[2]! };
    const nanoseconds = /^(\d{19}) (.+)$/.exec(line);
    if (nanoseconds) yield { receivedMs: Number(nanoseconds[1]!.slice(0, 13)), text: nanoseconds[2]! };
  }
}

/** Name of the stream that a combined frame came on. */
export function streamOf(frame: string): string | undefined {
  return /^\{"stream":"([^"]+)"/.exec(frame)?.[1];
}

/** The exchange's time of a frame; some kinds carry none. */
export function eventTimeOf(frame: string): number | undefined {
  const time = /"E":(\d{13})/.exec(frame)?.[1];
  return time === undefined ? undefined : Number(time);
}

/** Moves every time in a frame; trade and update ids, which are shorter or longer, stay. */
export function retimed(frame: string, byMs: number): string {
  return frame.replace(
    /"([EtTOC])":(\d{13})(?=[,}])/g,
    (_, key: string, time: string) => `"${key}":${Number(time) + byMs}`,
  );
}
