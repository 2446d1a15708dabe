/** From a candle's close to an analysed signal, as a collector of another maker sees it. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { SPANS } from '../../src/telemetry/span-catalogue';
import { type CollectedSpan, OTLP_PROTOCOLS, OtlpCollector } from '../support/otlp-collector';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { type SimulatorProcess, startSimulator } from '../support/simulator-process';
import { drawTrace, outsideTheirParents } from '../support/trace-tree';
import { TraderMachine } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

const SECRETS = {
  database: 'c4n4ryInTheDatabaseUrl',
  analysisKey: 'c4n4ryOfTheAnalysis',
  analysisPath: 'c4n4ryInTheAnalysisUrl',
  comment: 'c4n4ryInAComment',
  thrown: 'c4n4ryThatAFilterThrows',
} as const;
const SYMBOLS = 6;
const CODE = {
  flickers: `/* ${SECRETS.comment} */ return Math.random() < 0.5;`,
  throws: `throw new Error("denied, password=${SECRETS.thrown}");`,
};
const ANSWER = {
  decision: 'wait',
  confidence: 0.5,
  reasoning: 'Nothing speaks for it.',
  key_levels: { support: [1], resistance: [2], stop: null, target: null },
};

let postgres: TestPostgres;
let exchange: SimulatorProcess;
let collector: OtlpCollector;
let machine: TraderMachine;
let client: Client;
const traders = { flickers: '', throws: '' };
const analysisRequests: IncomingHttpHeaders[] = [];
const analysis = createServer((request, response) => {
  analysisRequests.push(request.headers);
  request.resume().on('end', () => {
    response.end(JSON.stringify({ choices: [{ message: { content: JSON.stringify(ANSWER) } }] }));
  });
});

const FIRST_CYCLE = `screening.cycle
  filter.execute × 2
    filter.queue
    filter.compile
    filter.run`;

const named = (name: string) => collector.spans.filter((span) => span.name === name);

async function machineFor(receiver: OtlpCollector, environment: Record<string, string>) {
  const url = new URL(postgres.url);
  [url.username, url.password] = ['machine', SECRETS.database];
  return TraderMachine.start({
    ...exchange.environment,
    ...receiver.env(),
    ...{ DATABASE_URL: url.href, SYMBOL_COUNT: String(SYMBOLS), TRADER_POLL_MS: '200' },
    ...environment,
  });
}

beforeAll(async () => {
  [postgres, exchange, collector] = await Promise.all([
    startPostgres(),
    startSimulator(['--symbols', '12', '--seed', '4']),
    OtlpCollector.start(),
  ]);
  analysis.listen(0, '127.0.0.1');
  await once(analysis, 'listening');
  client = await postgres.connect();
  await client.query(`create role machine superuser login password '${SECRETS.database}'`);
  const { port } = analysis.address() as AddressInfo;
  machine = await machineFor(collector, {
    ANALYSIS_URL: `http://127.0.0.1:${port}/${SECRETS.analysisPath}?key=${SECRETS.analysisPath}`,
    ANALYSIS_API_KEY: SECRETS.analysisKey,
  });
  await machine.logged(/^The machine is screening/, 90_000);
  const filter = { refreshInterval: '1s', requiredTimeframes: ['1s'] };
  // In one go: then both run in the first cycle of their interval, and have to be compiled in it.
  await client.query('begin');
  traders.flickers = await insertTrader(client, 'Flickers', { code: CODE.flickers, ...filter });
  traders.throws = await insertTrader(client, 'Throws', { code: CODE.throws, ...filter });
  await client.query('commit');
  await collector.waitFor(() => analysed() !== undefined, 60_000);
}, 150_000);

afterAll(async () => {
  await machine?.stop('SIGKILL');
  analysis.closeAllConnections();
  analysis.close();
  await Promise.all([exchange?.stop(), postgres?.stop(), collector?.stop()]);
});

/** An analysis of a signal that was found in the first cycle of both traders, once everything of it is there. */
function analysed(): CollectedSpan | undefined {
  return named('signal.analyze').find((analyze) => {
    const execution = origin(analyze, 'filter.execute');
    return (
      execution &&
      origin(analyze, 'signals.persist') &&
      drawTrace(collector.trace(analyze.traceId)).includes('INSERT') &&
      drawTrace(collector.trace(execution.traceId)).startsWith(FIRST_CYCLE)
    );
  });
}

/** The span that this one links to. */
function origin(span: CollectedSpan, name: string): CollectedSpan | undefined {
  return named(name).find(({ spanId }) => span.links.some((link) => link.spanId === spanId));
}

describe('the traces of a machine', () => {
  it('show its start, step by step', () => {
    expect(drawTrace(collector.trace(named('machine.startup')[0]!.traceId))).toBe(`machine.startup
  machine.startup.health
  machine.startup.database
    INSERT traders
  machine.startup.traders
    SELECT traders
  machine.startup.workers
  machine.startup.market
    GET × 3
    exchange.connect
    market.backfill × 3
      GET × ${SYMBOLS}
  machine.startup.matches
    SELECT traders
  machine.startup.intervals
  machine.startup.screening
  machine.startup.analyses
    SELECT signals`);
  });

  it('lead from a cycle to the signal’s analysis', () => {
    const analyze = analysed()!;
    const [execution, persist] = [origin(analyze, 'filter.execute')!, origin(analyze, 'signals.persist')!];
    const drawn = [execution, persist, analyze].map(({ traceId }) => drawTrace(collector.trace(traceId)));
    expect(drawn.join('\n\n')).toBe(`screening.cycle
  filter.execute × 2
    filter.queue
    filter.compile
    filter.run

signals.persist
  INSERT signals

signal.analyze
  POST
  INSERT signal_analyses`);
    expect(persist.links.map(({ spanId }) => spanId)).toContain(execution.spanId);
    expect(new Set([execution, persist, analyze].map(({ traceId }) => traceId)).size).toBe(3);
  });

  it('carry what the catalogue says, and nothing else', () => {
    const strangers = collector.spans.flatMap((span) => {
      const known = definitionOf(span.name);
      const keys = Object.keys(span.attributes).filter((key) => key !== 'error.type');
      const unknown = keys.filter((key) => !(key in (known?.attributes ?? {})));
      const errorType = span.attributes['error.type'];
      const errors: readonly string[] = known?.errorTypes ?? [];
      if (errorType !== undefined && !errors.includes(String(errorType))) unknown.push(String(errorType));
      return known && unknown.length === 0 ? [] : [`${span.name}: ${unknown.join(', ')}`];
    });
    expect(strangers).toEqual([]);
    const seen = new Set(collector.spans.map(({ name }) => definitionOf(name)));
    expect(Object.entries(SPANS).filter(([, definition]) => !seen.has(definition))).toEqual([]);
  });

  it('measure: attributes of an execution, a batch, a statement and a request', () => {
    const analyze = analysed()!;
    const execution = origin(analyze, 'filter.execute')!;
    expect(execution.attributes).toMatchObject({
      'trader.id': traders.flickers,
      'trader.name': 'Flickers',
      'screening.interval': '1s',
      'symbols.watched': SYMBOLS,
      'symbols.evaluated': SYMBOLS,
      'symbols.skipped': 0,
    });
    expect(Number(execution.attributes['symbols.new'])).toBeGreaterThan(0);
    expect(Number(execution.attributes['data.age_seconds'])).toBeGreaterThan(0);
    const persist = origin(analyze, 'signals.persist')!;
    const rows = persist.attributes['signals.rows'];
    const outcome = { 'signals.stored': rows, 'signals.dropped': 0, 'signals.outcome': 'stored' };
    expect(persist.attributes).toMatchObject({ ...outcome, 'signals.attempt': 1 });
    const insert = collector.trace(persist.traceId).find(({ name }) => name === 'INSERT signals')!;
    expect(insert.kind).toBe('client');
    expect(insert.attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'db.collection.name': 'signals',
      'server.address': '127.0.0.1',
    });
    const post = collector.trace(analyze.traceId).find(({ name }) => name === 'POST')!;
    expect(post.attributes).toMatchObject({
      'http.response.status_code': 200,
      'url.full': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/REDACTED$/),
    });
    const traceparent = `00-${post.traceId}-${post.spanId}-01`;
    expect(analysisRequests.map((headers) => headers.traceparent)).toContain(traceparent);
  });

  it('say of a failing filter what the metrics say, and give its message without credentials', () => {
    const [failed] = named('filter.execute').filter(
      ({ attributes }) => attributes['trader.id'] === traders.throws,
    );
    expect(failed?.status).toBe('error');
    expect(failed?.attributes['error.type']).toBe('runtime');
    expect(failed?.events.map(({ name, attributes }) => [name, attributes['exception.message']])).toEqual([
      ['exception', 'Error: denied, password=[redacted]'],
    ]);
  });

  it('lie within their parents, always', () => {
    expect(collector.spans.length).toBeGreaterThan(50);
    expect(outsideTheirParents(collector.spans)).toEqual([]);
  });

  it('have no span per symbol', () => {
    const later = named('screening.cycle').map(({ traceId }) => drawTrace(collector.trace(traceId)));
    const whole = later.filter((drawn) => drawn.includes('filter.execute × 2'));
    expect(whole.length).toBeGreaterThan(2);
    expect(new Set(whole.filter((drawn) => !drawn.includes('filter.compile')))).toEqual(
      new Set([`screening.cycle\n  filter.execute × 2\n    filter.queue\n    filter.run`]),
    );
  });
});

describe('a signal and a log line lead to their trace', () => {
  it('by the column trace_id', async () => {
    const { rows } = await client.query<{ trace_id: string; trader_id: string }>(
      'select distinct trace_id, trader_id from signals',
    );
    expect(rows.length).toBeGreaterThan(0);
    const ids = rows.map(({ trace_id }) => trace_id);
    await collector.waitFor((spans) => ids.every((id) => spans.some(({ traceId }) => traceId === id)));
    for (const { trace_id, trader_id } of rows) {
      const executed = collector.trace(trace_id).map(({ attributes }) => attributes['trader.id']);
      expect(executed).toContain(trader_id);
    }
  });

  it('by the fields trace_id and span_id, which are those of a span that was open then', async () => {
    const lines = machine.log.filter(({ trace_id }) => trace_id !== undefined);
    const spanOf = ({ trace_id, span_id }: (typeof lines)[number]) =>
      collector.spans.find(({ traceId, spanId }) => traceId === trace_id && spanId === span_id);
    await collector.waitFor(() => lines.every((line) => spanOf(line) !== undefined));
    for (const line of lines) {
      const writtenMs = Date.parse(String(line.time));
      const span = spanOf(line)!;
      expect(writtenMs).toBeGreaterThanOrEqual(Number(span.startNs / 1_000_000n) - 2);
      expect(writtenMs).toBeLessThanOrEqual(Number(span.endNs / 1_000_000n) + 2);
    }
    const executions = machine.log.filter(({ msg }) => msg.startsWith('[Worker]'));
    expect(executions.length).toBeGreaterThan(2);
    expect(new Set(lines.map((line) => spanOf(line)?.name))).toContain('filter.execute');
    expect(executions.filter(({ trace_id }) => trace_id === undefined)).toEqual([]);
  });
});

describe('an exemplar', () => {
  it('leads from a measurement to the span it was made in', async () => {
    const headers = { accept: 'application/openmetrics-text; version=1.0.0' };
    const text = await (await fetch(await machine.metricsUrl(), { headers })).text();
    const found = [...text.matchAll(/^(\w+)_bucket.* # \{(.*)\} /gm)].map(([, metric, labels = '']) => ({
      metric,
      traceId: /trace_id="(\w+)"/.exec(labels)?.[1],
      spanId: /span_id="(\w+)"/.exec(labels)?.[1],
    }));
    const spanOf = ({ traceId, spanId }: (typeof found)[number]) =>
      collector.spans.find((span) => span.traceId === traceId && span.spanId === spanId);
    await collector.waitFor(() => found.every((exemplar) => spanOf(exemplar) !== undefined));
    const names = (metric: string) =>
      new Set(found.filter((exemplar) => exemplar.metric === metric).map((one) => spanOf(one)?.name));
    expect(names('trader_execution_duration_seconds')).toEqual(new Set(['filter.execute']));
    const stages = [...names('signal_latency_seconds')].sort();
    expect(stages).toEqual(['filter.execute', 'signal.analyze', 'signals.persist']);
    expect(names('binance_ws_latency_ms')).toEqual(new Set());
  });
});

it('no secret is in any span', () => {
  const text = JSON.stringify(collector.spans, (_, value) => (typeof value === 'bigint' ? '' : value));
  expect(Object.entries(SECRETS).filter(([, secret]) => text.includes(secret))).toEqual([]);
  for (const code of Object.values(CODE)) expect(text).not.toContain(code.slice(0, 20));
});

describe.each(OTLP_PROTOCOLS.filter((protocol) => protocol !== 'http/protobuf'))('over %s', (protocol) => {
  it('a cycle arrives as a tree too', async () => {
    const receiver = await OtlpCollector.start({ protocol });
    const other = await machineFor(receiver, { MACHINE_ID: protocol });
    try {
      const cycles = () => receiver.spans.filter(({ name }) => name === 'screening.cycle');
      const whole = () =>
        cycles().find(({ traceId }) => drawTrace(receiver.trace(traceId)).includes('filter.execute × 2'));
      await receiver.waitFor(() => whole() !== undefined, 60_000);
      expect(drawTrace(receiver.trace(whole()!.traceId))).toMatch(
        /^screening\.cycle\n {2}filter\.execute × 2\n {4}filter\.queue\n/,
      );
      expect(outsideTheirParents(receiver.spans)).toEqual([]);
    } finally {
      await other.stop('SIGKILL');
      await receiver.stop();
    }
  }, 90_000);
});

function definitionOf(name: string): (typeof SPANS)[keyof typeof SPANS] | undefined {
  const exact = Object.entries(SPANS).find(([key]) => key === name)?.[1];
  if (exact) return exact;
  if (/^machine\.startup\.[a-z]+$/.test(name)) return SPANS['machine.startup.*'];
  if (/^(GET|POST)$/.test(name)) return SPANS['<HTTP method>'];
  return /^[A-Z]+ [a-z_]+$/.test(name) ? SPANS['<operation> <table>'] : undefined;
}
