import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

export interface Asset {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its address holds the version: it never changes. */
  readonly immutable: boolean;
}

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.md', 'text/plain; charset=utf-8'],
]);

/** Stands in the page where the version goes. */
const VERSION = /__VERSION__/g;

/**
 * The page's files by path: `/`, `/assets/<version>/…` and `/runbooks/…`. Only what stands in the folder, with a type
 * that is known, is served; there is no path to a file that was not listed here.
 */
export async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && TYPES.has(extname(entry.name)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const files = await Promise.all(
    names.map(async (name) => ({ name, body: await readFile(join(folder, name)) })),
  );
  const version = digest(Buffer.concat(files.map(({ body }) => body)));
  return new Map(await Promise.all(files.map(({ name, body }) => asset(name, body, version))));
}

async function asset(name: string, body: Buffer, version: string): Promise<[string, Asset]> {
  const isPage = name === 'page.html';
  const isRunbook = name.startsWith('runbooks/');
  const text = isPage ? Buffer.from(body.toString().replace(VERSION, version)) : body;
  const path = isPage ? '/' : isRunbook ? `/${name}` : `/assets/${version}/${name}`;
  const type = TYPES.get(extname(name)) ?? 'application/octet-stream';
  const immutable = !isPage && !isRunbook;
  return [path, { body: text, gzipped: await compress(text), type, etag: `"${digest(text)}"`, immutable }];
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
