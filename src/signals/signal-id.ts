import { createHash } from 'node:crypto';
import type { Interval } from '../market/interval';

/** Namespace of this project's signals: a random UUID, never to be changed. */
const NAMESPACE = Buffer.from('5f1c7a3e9d0b4c5ea2f86b40d1e97c38', 'hex');

/**
 * A name-based UUID (version 5, https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5): whoever detects the same
 * match of the same candle, before or after a restart, on one machine or two, gives it the same id.
 */
export function signalId(traderId: string, symbol: string, interval: Interval, boundaryMs: number): string {
  const name = JSON.stringify([traderId, symbol, interval, boundaryMs]);
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
