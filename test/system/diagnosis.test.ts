/**
 * The incidents behind "why zero signals?", each with a real trader on the simulated exchange: the diagnosis names
 * the true cause first. The scenarios run side by side; each test waits for its own.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Diagnosis, Finding } from '../../status/diagnosis/finding';
import { fault, type ScenarioMachine, ScenarioMachines } from '../status/diagnosis/scenario-machines';
import { StatusObserver } from '../status/diagnosis/status-observer';
import { insertTrader } from '../support/trader-rows';

const machines = new ScenarioMachines();
afterAll(() => machines.stop(), 60_000);

const EXCHANGE = ['--symbols', '20', '--seed', '6'];
const WITHIN_MS = 150_000;
const calm = machines.exchange(EXCHANGE);

interface Named {
  /** What was named first, one after another, from the fault until the cause was. */
  readonly causes: readonly string[];
  readonly finding: Finding | undefined;
  readonly diagnosis: Diagnosis;
}

async function firstNamed(machine: ScenarioMachine, cause: string): Promise<Named> {
  const { observer } = machine;
  const sinceMs = Date.now();
  const firstOf = (diagnosis: Diagnosis) => StatusObserver.wrongs(diagnosis)[0];
  const diagnosis = await observer.until((one) => firstOf(one)?.cause === cause, cause, 80_000);
  const finding = firstOf(diagnosis);
  process.stdout.write(`${((Date.now() - sinceMs) / 1000).toFixed(0)} s ${cause}: ${finding?.sentence}\n`);
  return { causes: observer.firstCauses(sinceMs), finding, diagnosis };
}

async function endedBy<Result>(machine: ScenarioMachine, last: Promise<Result>): Promise<Result> {
  return last.finally(() => machine.end());
}

/** What is said first of one trader. */
async function firstOfTrader({ observer }: ScenarioMachine, id: string, cause: string): Promise<Finding> {
  const ofTrader = ({ findings }: Diagnosis) =>
    findings.find(({ subject }) => subject.kind === 'trader' && subject.id === id);
  const diagnosis = await observer.until(
    (one) => ofTrader(one)?.cause === cause,
    `${cause} of ${id}`,
    60_000,
  );
  const finding = ofTrader(diagnosis) as Finding;
  process.stdout.write(`${cause}: ${finding.sentence}\n`);
  return finding;
}

/** Keeps what a scenario rejects with for the test that waits for it. `SCENARIOS=name,name` runs only these. */
function started<Result>(name: string, scenario: () => Promise<Result>): Promise<Result> {
  const chosen = process.env.SCENARIOS?.split(',').includes(name) ?? true;
  const running = chosen ? scenario() : Promise.reject(new Error(`${name} is not among SCENARIOS`));
  running.catch(() => {});
  return running;
}

/** Traders on one-second candles: a cycle a second. */
const everySecond = (code: string) => ({ code, refreshInterval: '1s', requiredTimeframes: ['1s'] });

/** Trader, its filter, and what is said first of it. */
const FILTERS = {
  encodedTwice: ['Encoded twice', '"return true"', 'traders_refused'],
  quoted: ['Quoted', "'return true'", 'filter_bad_return'],
  oldParameter: ['Old parameter', 'return klines["1s"].length > 0', 'filter_error'],
  nan: ['Averages NaN', 'return timeframes["1s"].close[0].price / 2', 'filter_bad_return'],
  quiet: ['Quiet market', 'return timeframes["1s"].close[0] < 0', 'no_match'],
  continuing: ['RSI Oversold', 'return ticker.symbol.startsWith("B")', 'all_continuing'],
  tooLong: ['Long averages', 'return true', 'traders_refused'],
  flood: ['Flood', 'return Math.random() < 0.5', 'signal_flood'],
  always: ['Always', 'return true', 'signal_flood'],
} as const;
type FilterCase = keyof typeof FILTERS;

const filters = started('filters', async () => {
  const machine = await machines.machine(await machines.exchange(EXCHANGE));
  await machine.database.query('delete from traders');
  const cases = Object.entries(FILTERS).map(async ([key, [name, code, cause]]) => {
    const more = key === 'tooLong' ? { minCandles: 1440 } : {};
    const id = await insertTrader(machine.database, name, { ...everySecond(code), ...more });
    return [key, await firstOfTrader(machine, id, cause)] as const;
  });
  const found = Object.fromEntries(await Promise.all(cases)) as Record<FilterCase, Finding>;
  await machine.end();
  return found;
});

describe('a filter', () => {
  it(
    'that was JSON-encoded twice (incident 1) is refused at load, and its trader named',
    async () => {
      const { encodedTwice } = await filters;
      expect(encodedTwice.sentence).toMatch(/refused, so it does not run/);
      expect(encodedTwice.runbook).toBe('TraderLoadFailures');
    },
    WITHIN_MS,
  );

  it('that asks for more candles than the machine keeps (incident 8) is refused at load too', async () => {
    expect((await filters).tooLong.sentence).toMatch(/refused, so it does not run/);
  });

  it('that is a string (incident 1 as it still gets in) never returns a verdict', async () => {
    const { sentence, runbook } = (await filters).quoted;
    expect(sentence).toMatch(
      /^Quoted: .*undefined.* for 12 of 12 symbols since \d\d:\d\d UTC \(bad_return\)/,
    );
    expect(runbook).toBe('FilterBadReturns');
  });

  it('with a parameter of old, or an indicator of NaN (incident 2), is told from one that finds nothing', async () => {
    const { oldParameter, nan } = await filters;
    expect(oldParameter.sentence).toMatch(/throws an error for 12 of 12 symbols/);
    expect(nan.sentence).toMatch(/NaN .*for 12 of 12 symbols/);
  });

  it('that finds nothing because there is nothing (incident 3) is said to be right', async () => {
    const { sentence, severity } = (await filters).quiet;
    expect(sentence).toMatch(/12 of 12 symbols evaluated, none matches: .* Nothing is wrong\.$/);
    expect(severity).toBe('notice');
  });

  it('whose matches all continue (incident 39) gives no signal, and nothing is wrong', async () => {
    const { sentence, severity } = (await filters).continuing;
    expect(sentence).toMatch(/continuing: no new match in the last .* Nothing is wrong\.$/);
    expect(severity).toBe('notice');
  });

  it('that floods, or is always true (incident 36), is named', async () => {
    const { flood, always } = await filters;
    expect(flood.sentence).toMatch(/floods: \d+ signals/);
    expect(always.sentence).toMatch(/always true/);
  });
});

const shortUniverse = started('shortUniverse', async () => {
  const postgres = await machines.postgres();
  const machine = await machines.machine(await calm, { SYMBOL_COUNT: '100' }, postgres);
  const short = await firstNamed(machine, 'universe_short');
  await postgres.crash();
  const down = await firstNamed(machine, 'database_failing');
  await machine.end();
  return { short, down };
});

const failingAnalysis = started('failingAnalysis', async () => {
  await filters.catch(() => {});
  const machine = await machines.machine(await calm, { ANALYSIS_URL: 'http://127.0.0.1:9/' });
  await insertTrader(machine.database, 'Finds', everySecond('return ticker.symbol.startsWith("B")'));
  return endedBy(machine, firstNamed(machine, 'analysis_failing'));
});

const stuckWorkers = started('stuckWorkers', async () => {
  await filters.catch(() => {});
  const machine = await machines.machine(await calm, { FILTER_TIMEOUT_MS: '600000' });
  await machine.database.query('delete from traders');
  await insertTrader(machine.database, 'Endless', everySecond('for (;;) {}'));
  return endedBy(machine, firstNamed(machine, 'workers_stuck'));
});

describe('the machine', () => {
  it(
    'that follows 20 symbols of 100 (the effect of incident 4) is said to',
    async () => {
      const { short } = await shortUniverse;
      expect(short.causes).toEqual(['universe_short']);
      expect(short.finding?.sentence).toMatch(/20 of 100 symbols/);
    },
    WITHIN_MS,
  );

  it(
    'whose database is down says so before anything else',
    async () => {
      const { down } = await shortUniverse;
      expect(down.causes.filter((cause) => cause !== 'universe_short')).toEqual(['database_failing']);
      expect(down.finding).toMatchObject({ severity: 'critical', runbook: 'SignalPersistenceFailures' });
    },
    WITHIN_MS,
  );

  it(
    'whose analyser cannot be reached stores its signals and says that analysis fails',
    async () => {
      const { causes, finding } = await failingAnalysis;
      expect(causes).toEqual(['analysis_failing']);
      expect(finding?.runbook).toBe('AnalysisFailing');
    },
    WITHIN_MS,
  );

  it(
    'whose workers are stuck names them, not the traders that wait',
    async () => {
      const { causes, diagnosis } = await stuckWorkers;
      expect(causes).toEqual(['workers_stuck']);
      expect(diagnosis.findings.filter(({ cause }) => /stalled/.test(cause))).toEqual([]);
    },
    WITHIN_MS,
  );
});

const symbolsOf = async ({ trader }: ScenarioMachine) => {
  const page = await trader.page();
  const samples = page.get('binance_ticker_updates_total')?.samples ?? [];
  return samples.map(({ labels }) => labels.symbol?.toLowerCase() ?? '');
};

const lostInterval = started('lostInterval', async () => {
  const exchange = await machines.exchange(EXCHANGE);
  const machine = await machines.machine(exchange);
  for (const symbol of await symbolsOf(machine)) await fault(exchange, 'silence', `${symbol}@kline_4h`);
  const required = { requiredTimeframes: ['1m', '4h'] };
  await insertTrader(machine.database, 'New interval', { code: 'return false', ...required });
  return endedBy(machine, firstNamed(machine, 'interval_silent'));
});

const unservedInterval = started('unservedInterval', async () => {
  const exchange = await machines.exchange(EXCHANGE);
  const machine = await machines.machine(exchange);
  await fault(exchange, 'rest', '503');
  const late = await insertTrader(machine.database, 'New interval', {
    code: 'return true',
    refreshInterval: '4h',
    requiredTimeframes: ['4h'],
  });
  const refusing = await firstNamed(machine, 'exchange_rest_failing');
  for (let restarts = 0; restarts < 2; restarts++) await machine.restart();
  return { late, refusing, crashing: await endedBy(machine, firstNamed(machine, 'machine_restarting')) };
});

const lostTickers = started('lostTickers', async () => {
  await unservedInterval.catch(() => {});
  const exchange = await machines.exchange(EXCHANGE);
  const machine = await machines.machine(exchange);
  await machine.database.query('delete from traders');
  await insertTrader(machine.database, 'Every second', everySecond('return ticker.symbol.startsWith("B")'));
  await fault(exchange, 'silence', '!miniTicker@arr');
  const tickers = await firstNamed(machine, 'tickers_silent');
  await fault(exchange, 'silence', '!miniTicker@arr,off');
  await machine.observer.until(({ healthy }) => healthy, 'health after the tickers came back');
  await fault(exchange, 'freeze');
  return { tickers, closes: await endedBy(machine, firstNamed(machine, 'closes_missing')) };
});

const otherTime = started('otherTime', async () => {
  const exchange = await machines.exchange([...EXCHANGE, '--clock-offset', '30000']);
  const machine = await machines.machine(exchange);
  const skew = await firstNamed(machine, 'clock_skew');
  await fault(exchange, 'silence', '*');
  return { skew, silent: await endedBy(machine, firstNamed(machine, 'feed_silent')) };
});

describe('the feed', () => {
  it(
    'that lacks one interval (incidents 5 and 7) is said to, with the interval',
    async () => {
      const { causes, finding } = await lostInterval;
      expect(causes).toEqual(['interval_silent']);
      expect(finding?.sentence).toMatch(/^Traders that read 4h candles/);
    },
    WITHIN_MS,
  );

  it(
    'without history (incident 6) names the exchange that refuses it, not the trader that lacks it',
    async () => {
      const { refusing } = await unservedInterval;
      expect(refusing.causes).toEqual(['exchange_rest_failing']);
      expect(refusing.finding?.sentence).toMatch(/503/);
    },
    WITHIN_MS,
  );

  it(
    'without tickers (incident 27) is told from a quiet market',
    async () => {
      const { tickers } = await lostTickers;
      expect(tickers.causes).toEqual(['tickers_silent']);
    },
    WITHIN_MS,
  );

  it(
    'whose newest candle in memory is an old one (incident 32) is said to',
    async () => {
      const { closes } = await lostTickers;
      expect(closes.causes).toEqual(['closes_missing']);
    },
    WITHIN_MS,
  );

  it(
    'of a clock that is half a minute off is not believed',
    async () => {
      const { skew } = await otherTime;
      expect(skew.causes).toEqual(['clock_skew']);
      expect(skew.finding?.sentence).toMatch(/clock is behind the exchange's by about \d+ s/);
    },
    WITHIN_MS,
  );

  it(
    'that is silent although connected is named before everything that follows from it',
    async () => {
      const { silent } = await otherTime;
      expect(silent.causes.filter((cause) => cause !== 'clock_skew')).toEqual(['feed_silent']);
      expect(silent.finding?.sentence).toMatch(
        /^All traders: no kline for \d+ s on the connection although it is open/,
      );
    },
    WITHIN_MS,
  );
});

it(
  'a machine that crashes again and again (incident 31) is said to',
  async () => {
    const { crashing } = await unservedInterval;
    expect(crashing.finding?.sentence).toMatch(/keeps crashing: 2 restarts/);
  },
  WITHIN_MS,
);

it(
  'a healthy machine gets no diagnosis, from its first second on',
  async () => {
    const minutes = Number(process.env.HEALTHY_MINUTES ?? 1);
    const machine = await machines.machine(await calm, { SYMBOL_COUNT: '20', SCREENING_WORKERS: '2' });
    await insertTrader(machine.database, 'Daily', { code: 'return false', refreshInterval: '1d' });
    await insertTrader(machine.database, 'Every second', everySecond('return ticker.symbol.startsWith("B")'));
    await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
    const { seen } = machine.observer;
    const wrong = seen.flatMap(({ atMs, diagnosis }) =>
      StatusObserver.wrongs(diagnosis).map((one) => ({ atMs, ...one })),
    );
    process.stdout.write(`healthy: ${seen.length} diagnoses; last: ${seen.at(-1)?.diagnosis.headline}\n`);
    expect(wrong).toEqual([]);
    expect(seen.length).toBeGreaterThan(minutes * 30);
  },
  Number(process.env.HEALTHY_MINUTES ?? 1) * 60_000 + WITHIN_MS,
);
