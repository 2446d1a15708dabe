/** `npm run monitoring`: writes the dashboards and rules from their sources. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { drifted } from './checks/drift';
import { generatedFiles } from './generated';

const root = process.cwd();
const files = generatedFiles(root);
const changed = new Set(drifted(files, root).map((line) => line.split(' ')[0]));
for (const [path, text] of files) {
  mkdirSync(dirname(resolve(root, path)), { recursive: true });
  writeFileSync(resolve(root, path), text);
  if (changed.has(path)) console.log(`wrote ${path}`);
}
console.log(`${files.size} files are as their sources say, ${changed.size} changed`);
