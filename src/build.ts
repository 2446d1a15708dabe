import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Build } from './telemetry/machine-telemetry';

/** Which build this is: the version of the package the code stands in, and the commit the image was built from. */
export function readBuild(gitSha: string): Build {
  return { version: packageVersion(__dirname), gitSha };
}

function packageVersion(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  const parent = dirname(folder);
  return parent === folder ? 'unknown' : packageVersion(parent);
}
