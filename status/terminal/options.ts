import { parseArgs } from 'node:util';
import { metricsUrl } from './address';

export interface Options {
  readonly url: string;
  readonly json: boolean;
  /** One page only, without the pause. */
  readonly once: boolean;
  /** Seconds between two looks; undefined: one look. */
  readonly watchSeconds: number | undefined;
}

export const HELP = `Usage: trader-status [address] [options]

Says whether a trader machine is well, and if not, what is wrong: one look at its metrics page.

  address              host:port or URL of the page (default http://localhost:9091/metrics)
  -w, --watch [S]      draw again every S seconds (default 5) until Ctrl-C
      --once           judge one page; without it two pages are taken, five seconds apart
      --json           print the whole diagnosis as JSON (with --watch, one line per look)
  -h, --help           print this
  -v, --version        print the version

Environment: METRICS_BEARER_TOKEN, where the page wants one; NO_COLOR, FORCE_COLOR.
A machine on Fly: run "fly proxy 9091 -a APP" beside it, then trader-status.

Exit status: 0 healthy, 1 something is wrong, 2 the page cannot be had or is no trader's.
`;

const FLAGS = {
  json: { type: 'boolean', default: false },
  once: { type: 'boolean', default: false },
  watch: { type: 'boolean', short: 'w', default: false },
  every: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

const DEFAULT_WATCH_SECONDS = 5;
const LONGEST_WATCH_SECONDS = 3600;

/** @throws Error with a sentence for the user */
export function readOptions(argv: readonly string[]): Options | 'help' | 'version' {
  const { values, positionals } = parsed(argv.flatMap(watchSeconds));
  if (values.help) return 'help';
  if (values.version) return 'version';
  if (positionals.length > 1) throw new Error(`One address at a time, not ${positionals.length}`);
  return {
    url: metricsUrl(positionals[0]),
    json: values.json,
    once: values.once,
    watchSeconds: values.watch ? seconds(values.every) : undefined,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new Error(((error as Error).message.split('. ')[0] ?? '').replace(/'/g, ''));
  }
}

/** The number after `--watch` is optional, which parseArgs does not know: it becomes an option of its own. */
function watchSeconds(argument: string, index: number, argv: readonly string[]): string[] {
  const joined = /^--watch=(.*)$/.exec(argument);
  if (joined) return ['--watch', `--every=${joined[1]}`];
  const isSeconds = /^\d+(\.\d+)?$/.test(argument) && Number(argument) <= LONGEST_WATCH_SECONDS;
  const follows = ['--watch', '-w'].includes(argv[index - 1] ?? '');
  return isSeconds && follows ? [`--every=${argument}`] : [argument];
}

function seconds(text: string | undefined): number {
  const value = text === undefined ? DEFAULT_WATCH_SECONDS : Number(text);
  if (value >= 1 && value <= LONGEST_WATCH_SECONDS) return value;
  throw new Error(`--watch takes 1 to ${LONGEST_WATCH_SECONDS} seconds, not "${text}"`);
}
