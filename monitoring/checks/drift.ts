import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that are not what their sources would generate now. @param root the project's folder */
export function drifted(files: ReadonlyMap<string, string>, root: string): string[] {
  return [...files].flatMap(([path, text]) => {
    const file = join(root, path);
    if (!existsSync(file)) return [`${path} is not there: run npm run monitoring`];
    return readFileSync(file, 'utf8') === text
      ? []
      : [`${path} is not what its sources generate: run npm run monitoring`];
  });
}
