#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UnreachableError } from './fetch-page';
import { lookAsJson, problemAsJson } from './json';
import { EXIT, exitStatusOf, Looker } from './look';
import { mediumOf } from './medium';
import { HELP, type Options, readOptions } from './options';
import { Paint } from './paint';
import { ascii, printable } from './plain-text';
import { screen } from './screen';
import { watch } from './watch';

/** Long enough to tell what grows from what stands still. */
const BETWEEN_PAGES_MS = 5000;

async function run(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (options === 'help') return print(HELP);
  if (options === 'version') return print(`${version()}\n`);
  const looker = new Looker(options.url, process.env.METRICS_BEARER_TOKEN || undefined);
  if (options.watchSeconds !== undefined) return watch(looker, options, options.watchSeconds);
  return lookOnce(looker, options);
}

async function lookOnce(looker: Looker, options: Options): Promise<number> {
  try {
    if (!options.once) {
      await looker.take();
      await pause(BETWEEN_PAGES_MS);
    }
    const look = await looker.look();
    const paint = new Paint(mediumOf(process.stdout, process.env));
    print(options.json ? `${lookAsJson(look, 2)}\n` : `${screen(look, paint).join('\n')}\n`);
    return exitStatusOf(look);
  } catch (error) {
    if (error instanceof UnreachableError && options.json)
      print(`${problemAsJson(options.url, error.message, 2)}\n`);
    throw error;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.healthy;
}

/** The build lies two folders below the package. */
function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** Whoever reads may have enough before we are done: `trader-status | head -1`. */
process.stdout.on('error', () => process.exit());

run(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    const line = printable(error.message);
    const { unicode } = mediumOf(process.stderr, process.env);
    process.stderr.write(`trader-status: ${unicode ? line : ascii(line)}\n`);
    process.exitCode = EXIT.unreachable;
  },
);
