/**
 * `npm run bench`: every benchmark, each in a process of its own, then `bench/results.md`. `npm run bench -- B1 B4` runs
 * some and writes nothing; `--short` does fewer rounds and fails only where a goal is missed by more than noise explains.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Benchmark, measure, type Result } from './benchmark';
import { machineText, resultsPage, resultText } from './results';

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  B1: async () => (await import('./kline-message.js')).benchmark,
  'B2-time': async () => (await import('./scrape.js')).time,
  'B2-stall': async () => (await import('./scrape.js')).stall,
  'B2-stall-long': async () => (await import('./scrape.js')).longStall,
  'B2-line': async () => (await import('./scrape.js')).perLine,
  'B3-heap': async () => (await import('./series.js')).heap,
  'B3-page': async () => (await import('./series.js')).page,
  'B4-time': async () => (await import('./start.js')).time,
  'B4-memory': async () => (await import('./start.js')).memory,
  'B4-modules': async () => (await import('./start.js')).modules,
  'B5-wall': async () => (await import('./screening.js')).wall,
  'B5-dispatch': async () => (await import('./screening.js')).dispatch,
  'B6-applied': async () => (await import('./burst.js')).applied,
  'B6-lag': async () => (await import('./burst.js')).timerLag,
};
const MOST_OUTPUT = 16 * 2 ** 20;
const RESULTS = join(__dirname, '../../bench/results.md');

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, child: { type: 'string' } },
});

function chosen(): string[] {
  const unknown = positionals.find((id) => !(id in BENCHMARKS));
  if (unknown === undefined) return positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
  throw new Error(`There is no benchmark ${unknown}; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
}

/** A heap of its own, and its garbage collector at hand. */
function inChild(id: string): Result {
  const args = ['--expose-gc', __filename, '--child', id, ...(options.short ? ['--short'] : [])];
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const result = JSON.parse(output.trimEnd().split('\n').at(-1)!) as Result;
  process.stdout.write(`${resultText(result)}\n\n`);
  return result;
}

async function main(): Promise<void> {
  if (options.child !== undefined) {
    const benchmark = await BENCHMARKS[options.child]!();
    const result = await measure(benchmark, options.short);
    process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit());
    return;
  }
  const ids = chosen();
  process.stdout.write(`${machineText()}\n\n`);
  const results = ids.map(inChild);
  if (positionals.length === 0 && !options.short)
    writeFileSync(RESULTS, resultsPage(results, 'npm run bench'));
  const verdicts = results.flatMap((result) => result.verdicts);
  process.exitCode = verdicts.some(({ met, gross }) => (options.short ? gross : !met)) ? 1 : 0;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
