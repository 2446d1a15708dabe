/** Runs the simulated exchange on its own: `node dist/simulator/main.js --help`. */
import { parseArgs } from 'node:util';
import { SimulatedExchange } from './exchange';
import type { ExchangeOptions } from './exchange-options';
import { applyFault, FAULT_NAMES } from './faults/fault-commands';

const OPTIONS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  symbols: { type: 'string' },
  replay: { type: 'string' },
  'replay-set': { type: 'string' },
  'replay-history': { type: 'string' },
  'play-as': { type: 'string' },
  'clock-offset': { type: 'string' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

function help(): string {
  const faults = Object.entries(FAULT_NAMES).map(([name, value]) => `    ${name}${value ? `=${value}` : ''}`);
  return `Usage: simulator [options]
  --port N              port of streams and REST, 0 for a free one (default 0)
  --seed N              seed of the generated market (default 1)
  --symbols N           symbols of the generated market (default 120)
  --replay DIR          play recordings instead: a directory with klines/ and ws/, or one file
  --replay-set NAME     the recording to play: part of its file name (default: the one with the most symbols)
  --replay-history N    recorded candles that are history at the start (default: half, 500 at most)
  --play-as 1m|1s       interval that a recorded candle is played as (default 1m)
  --clock-offset MS     the exchange's clock ahead (or, negative, behind) of this machine's (default 0)
  --fault NAME[=VALUE]  set a fault at the start; may be repeated:
${faults.join('\n')}
Faults of a running simulator: POST /simulator/faults {"name": "close", "value": "1006"}.
Prints one line {"wsUrl": …, "restUrl": …} once it is ready; SIGINT and SIGTERM end it.`;
}

function readOptions(): { options: ExchangeOptions; faults: string[]; help: boolean } {
  const { values } = parseArgs({ options: OPTIONS });
  const replay = values.replay === undefined ? {} : { replay: replayOptions(values.replay, values) };
  const options = {
    port: number('port', values.port, 0),
    seed: number('seed', values.seed, 1),
    symbols: number('symbols', values.symbols, 120),
    clock: { offsetMs: offset(values['clock-offset']) },
    ...replay,
  };
  return { options, faults: values.fault ?? [], help: values.help ?? false };
}

function replayOptions(
  path: string,
  values: { 'replay-set'?: string; 'replay-history'?: string; 'play-as'?: string },
) {
  const { 'replay-set': set, 'replay-history': history, 'play-as': playAs = '1m' } = values;
  if (playAs !== '1m' && playAs !== '1s') throw new Error(`--play-as must be 1m or 1s, not "${playAs}"`);
  return {
    path,
    playAs,
    ...(set === undefined ? {} : { set }),
    ...(history === undefined ? {} : { history: number('replay-history', history, 0) }),
  } as const;
}

function number(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name} must be a whole number, not "${text}"`);
}

function offset(text = '0'): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new Error(`--clock-offset must be a whole number of milliseconds, not "${text}"`);
}

async function main(): Promise<void> {
  const { options, faults, help: wantsHelp } = readOptions();
  if (wantsHelp) return void process.stdout.write(`${help()}\n`);
  const exchange = await SimulatedExchange.start(options);
  for (const fault of faults) {
    const [name = '', ...value] = fault.split('=');
    applyFault(exchange.faults, name, value.join('='));
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void exchange.stop());
  process.stdout.write(`${JSON.stringify({ wsUrl: exchange.wsUrl, restUrl: exchange.restUrl })}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`simulator: ${error.message}\n`);
  process.exit(1);
});
