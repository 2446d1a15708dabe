import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Text of a recording, unpacked where its name says that it is packed. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
