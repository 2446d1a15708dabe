import { setTimeout as pause } from 'node:timers/promises';
import { Drawing } from './drawing';
import { UnreachableError } from './fetch-page';
import { lookAsJson, problemAsJson } from './json';
import { EXIT, exitStatusOf, type Looker } from './look';
import { type Medium, mediumOf } from './medium';
import type { Options } from './options';
import { Paint } from './paint';
import { screen } from './screen';

/** Looks until it is interrupted. @returns the exit status of the last look */
export async function watch(looker: Looker, options: Options, seconds: number): Promise<number> {
  const medium = () => mediumOf(process.stdout, process.env);
  const drawing = new Drawing(process.stdout, medium);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  let status: number = EXIT.unreachable;
  try {
    while (!stop.signal.aborted) {
      const seen = await lookOnce(looker, options, medium());
      status = seen.status;
      if (stop.signal.aborted) break;
      if (options.json) process.stdout.write(`${seen.json}\n`);
      else drawing.draw(seen.lines);
      await pause(seconds * 1000, undefined, { signal: stop.signal }).catch(() => {});
    }
  } finally {
    drawing.leave();
  }
  return status;
}

/** A machine that cannot be reached is looked at again: it may come back. */
async function lookOnce(looker: Looker, { url }: Options, medium: Medium) {
  const paint = new Paint(medium);
  const time = `${new Date().toISOString().slice(11, 19)} UTC, Ctrl-C ends`;
  try {
    const look = await looker.look();
    const lines = [...screen(look, paint), '', ...paint.text(time, 'quiet')];
    return { status: exitStatusOf(look), lines, json: lookAsJson(look, 0) };
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const lines = [...paint.marked('bad', error.message, 0), '', ...paint.text(time, 'quiet')];
    return { status: EXIT.unreachable, lines, json: problemAsJson(url, error.message, 0) };
  }
}
