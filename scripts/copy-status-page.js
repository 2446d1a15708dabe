// What the browser gets of the status page: its modules, compiled on their own, and the files beside them.
const { execFileSync } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, renameSync, rmSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = join(__dirname, '..');
const page = join(root, 'dist/status/page');
const modules = join(root, 'dist/browser');
const runbooks = join(root, 'monitoring/runbooks');

const typescript = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
const compile = [typescript, '-p', join(root, 'status/page'), '--outDir', modules];
execFileSync(process.execPath, compile, { stdio: 'inherit' });
rmSync(page, { recursive: true, force: true });
mkdirSync(dirname(page), { recursive: true });
renameSync(join(modules, 'status/page'), page);
rmSync(modules, { recursive: true, force: true });

const isAsset = (path) => !path.endsWith('.ts') && !path.endsWith('.json');
cpSync(join(root, 'status/page'), page, { recursive: true, filter: isAsset });
for (const file of ['uPlot.esm.js', 'uPlot.min.css'])
  cpSync(require.resolve(`uplot/dist/${file}`), join(page, 'uplot', file));
if (existsSync(runbooks)) cpSync(runbooks, join(page, 'runbooks'), { recursive: true });
