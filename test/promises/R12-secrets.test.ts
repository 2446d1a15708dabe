/** Secrets planted where a trader machine has them: none may be on the page, in a span or in a line. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { OtlpReceiver } from '../support/otlp-receiver';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { withApp } from '../support/preloaded-app';
import { type SimulatorProcess, startSimulator } from '../support/simulator-process';
import { TraderMachine, total } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

/** Where each secret was planted, by the secret. */
const planted = new Map<string, string>();

function secret(where: string): string {
  const canary = `c4n4ry${planted.size.toString().padStart(2, '0')}x${Math.random().toString(36).slice(2, 10)}`;
  planted.set(canary, where);
  return canary;
}

/** Everything that left a process: page, span bodies, standard output and standard error. */
const left: { readonly where: string; readonly text: string }[] = [];

const found = () =>
  [...planted].flatMap(([canary, source]) =>
    left.flatMap(({ where, text }) => {
      const at = text.indexOf(canary);
      return at < 0 ? [] : [`${source}, in ${where}: …${text.slice(Math.max(0, at - 100), at + 20)}`];
    }),
  );

let postgres: TestPostgres;
let client: Client;
let exchange: SimulatorProcess;
let collector: OtlpReceiver;
const servers: Server[] = [];
const machines: TraderMachine[] = [];

function startMachine(...parameters: Parameters<typeof TraderMachine.start>): TraderMachine {
  const machine = TraderMachine.start(...parameters);
  machines.push(machine);
  return machine;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  [postgres, exchange, collector] = await Promise.all([
    startPostgres(),
    startSimulator(['--symbols', '12', '--seed', '3']),
    OtlpReceiver.start(),
  ]);
  client = await postgres.connect();
});

afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.stop('SIGKILL')));
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  await Promise.all([exchange?.stop(), postgres?.stop(), collector?.stop()]);
});

const otlp = () => ({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://user:${secret('userinfo of the OTLP endpoint')}@${new URL(collector.baseUrl).host}/v1/traces?token=${secret('query of the OTLP endpoint')}`,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${secret('OTLP authorization header')},x-api-key=${secret('OTLP key header')}`,
});

async function keep(name: string, machine: TraderMachine): Promise<void> {
  await machine.stop('SIGTERM');
  left.push({ where: `${name}: log`, text: machine.log.map((entry) => JSON.stringify(entry)).join('\n') });
  left.push({ where: `${name}: stderr`, text: machine.stderr.join('\n') });
}

async function keepAnswer(name: string, url: string): Promise<void> {
  left.push({ where: `${name}: ${new URL(url).pathname}`, text: await (await fetch(url)).text() });
}

/** As a careless author writes them. */
const FILTERS: readonly (readonly [name: string, code: () => string])[] = [
  ['comment', () => `/* ${secret('comment in a filter')} */ return true;`],
  ['literal', () => `const key = "${secret('literal in a filter')}"; return true;`],
  ['identifier', () => `const ${secret('identifier in a filter')} = 1; return true;`],
  ['template', () => `const url = \`https://x/?key=${secret('template in a filter')}\`; return true;`],
  ['pattern', () => `return /${secret('pattern in a filter')}/.test("") || true;`],
  ['syntax error', () => `const key = "${secret('filter that does not compile')}"; return (`],
  ['throw', () => `throw new Error("no answer, apiKey=${secret('error thrown by a filter')}");`],
  ['throw url', () => `throw new Error("GET https://u:${secret('URL thrown by a filter')}@x/ failed");`],
  ['bad return', () => `return "${secret('value returned by a filter')}";`],
];

describe('R12: a machine whose analyses and writes fail', () => {
  it('says nothing of what it knows', async () => {
    const role = secret('password of the database');
    await client.query(`create role machine superuser login password '${role}'`);
    const analysis = await serve((request, response) => {
      request.resume();
      const status = Number(request.headers['content-length'] ?? 0) % 2 === 0 ? 500 : 200;
      response
        .writeHead(status, { 'x-secret': secretHeader })
        .end(status === 500 ? secretError : secretAnswer);
    });
    const secretHeader = secret('header of an analysis answer');
    const secretError = JSON.stringify({
      error: { message: `Incorrect API key: ${secret('analysis error')}` },
    });
    const content = JSON.stringify({ decision: secret('analysis with a wrong decision') });
    const secretAnswer = JSON.stringify({ choices: [{ message: { content } }] });
    const database = new URL(postgres.url);
    database.username = 'machine';
    database.password = role;
    database.searchParams.set('application_name', secret('query of the database URL'));
    const environment = {
      ...exchange.environment,
      ...otlp(),
      DATABASE_URL: database.href,
      SYMBOL_COUNT: '8',
      TRADER_POLL_MS: '300',
      BINANCE_API_KEY: secret('BINANCE_API_KEY'),
      BINANCE_API_SECRET: secret('BINANCE_API_SECRET'),
      AWS_SECRET_ACCESS_KEY: secret('AWS_SECRET_ACCESS_KEY'),
      SUPABASE_SERVICE_ROLE_KEY: secret('SUPABASE_SERVICE_ROLE_KEY'),
      PGPASSWORD: secret('PGPASSWORD'),
      ANALYSIS_API_KEY: secret('ANALYSIS_API_KEY'),
      ANALYSIS_URL: `http://${analysis}/${secret('path of the analysis URL')}?key=${secret('query of the analysis URL')}`,
    };
    const machine = startMachine(
      environment,
      [`--title=${secret("Node's own argument")}`],
      [
        `--database=postgres://u:${secret('URL in argv')}@h/d`,
        `--api-key=${secret('option in argv')}`,
        secret('argv'),
      ],
    );
    await machine.logged(/^The machine is screening/);
    await failOnInsert('signals', `perform '${secret('value in a database error')}'::int`);
    await failOnInsert('machine_events', `raise exception '${secret('exception raised in the database')}'`);
    for (const [name, code] of FILTERS) await insertTrader(client, name, { code: code() });
    await machine.pageWith(
      (page) => total(page, 'signal_persist_errors_total') + total(page, 'signals_dropped_total') > 0,
      'a signal that could not be stored',
    );
    await machine.pageWith((page) => total(page, 'trader_execution_errors_total') > 0, 'a failed filter');
    await client.query('drop trigger fails on signals');
    await insertTrader(client, 'stored', { code: 'return true' });
    await machine.pageWith((page) => total(page, 'signals_persisted_total') > 0, 'stored signals');
    await machine.pageWith((page) => total(page, 'signals_failed_total') > 0, 'a failed analysis', 90_000);
    await keepAnswer('machine', await machine.metricsUrl());
    await keepAnswer('machine', await machine.healthUrl());
    await keep('machine', machine);
  }, 180_000);

  async function failOnInsert(table: string, statement: string): Promise<void> {
    const name = `fails_${table}`;
    await client.query(
      `create function ${name}() returns trigger language plpgsql as $$ begin ${statement}; return new; end $$`,
    );
    await client.query(
      `create trigger fails before insert on ${table} for each row execute function ${name}()`,
    );
  }
});

describe('R12: a machine that reaches neither database nor exchange', () => {
  it('does not say with what it tried', async () => {
    const message = `Signature is not valid: signature=${secret('signature in an exchange error')}&apiKey=${secret('key in an exchange error')}, see https://u:${secret('URL in an exchange error')}@h/?listenKey=${secret('listen key in an exchange error')}`;
    const refuse = await serve((_, response) => {
      response.writeHead(503).end(JSON.stringify({ code: -1022, msg: message }));
    });
    const noDatabase = startMachine({
      ...exchange.environment,
      DATABASE_URL: `postgres://u:${secret('password of a database that is not there')}@127.0.0.1:9/d?application_name=${secret('query of a database that is not there')}`,
    });
    const noExchange = startMachine({
      BINANCE_REST_URL: `http://${refuse}`,
      BINANCE_WS_URL: `ws://user:${secret('userinfo of BINANCE_WS_URL')}@${refuse}`,
      DATABASE_URL: postgres.url,
    });
    const noRest = startMachine({
      BINANCE_REST_URL: `http://user:${secret('userinfo of BINANCE_REST_URL')}@${refuse}?token=${secret('query of BINANCE_REST_URL')}`,
      BINANCE_WS_URL: `ws://${refuse}?token=${secret('query of BINANCE_WS_URL')}`,
      DATABASE_URL: postgres.url,
    });
    const noUrl = startMachine({
      DATABASE_URL: `postgres//u:${secret('DATABASE_URL that is no URL')}@h`,
    });
    await sleep(4_000);
    await keepAnswer('no exchange', await noExchange.metricsUrl());
    await keepAnswer('no exchange', await noExchange.healthUrl());
    await keepAnswer('no database', await noDatabase.healthUrl());
    const stopped = {
      'no database': noDatabase,
      'no exchange': noExchange,
      'no REST': noRest,
      'no URL': noUrl,
    };
    await Promise.all(Object.entries(stopped).map(([name, machine]) => keep(name, machine)));
  }, 60_000);
});

describe('R12: an application', () => {
  const variables = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`CANARY_${name}`, secret(name)]));

  it('that calls with credentials and crashes keeps them', async () => {
    const server = await serve((request, response) => void request.resume().on('end', () => response.end()));
    const names = ['HEADER', 'BEARER', 'SIGNATURE', 'LISTEN_KEY', 'USERINFO', 'CRASH', 'CALLBACK'];
    const env = { ...variables(names), ...otlp() };
    await withApp({ app: 'handles-secrets.js', args: [`http://${server}`], env }, async (app) => {
      await app.says('running');
      const url = `${await app.url()}?token=${secret('query of a scrape')}`;
      const headers = { authorization: `Bearer ${secret('authorization of a scrape')}` };
      left.push({ where: 'application: page', text: await (await fetch(url, { headers })).text() });
      await app.exited;
      // Node prints an uncaught error itself; telemetry's lines are ours.
      left.push(
        { where: 'application: stdout', text: app.stdout },
        { where: 'application: lines', text: app.lines.join('\n') },
      );
    });
  }, 60_000);

  it.each([
    ['syntax', (canary: string) => `file_format: "1.1"\nresource: "${canary}\n`],
    ['unknown key', (canary: string) => `file_format: "1.1"\nsecret_key: ${canary}\n`],
    ['no substitution', (canary: string) => `file_format: "1.1"\nlog_level: "\${KEY:?${canary}}"\n`],
    ['wrong type', (canary: string) => `file_format: "1.1"\ndisabled: ${canary}\n`],
  ])('with a secret in a refused file (%s) does not quote it', async (name, config) => {
    const options = { app: 'records-forever.js', config: config(secret(`configuration file: ${name}`)) };
    await withApp(options, async (app) => {
      await app.reports('configuration refused');
      await app.url();
      left.push({ where: `refused file, ${name}`, text: app.stderr });
    });
  });

  it('whose collector refuses with secrets in its answer does not quote it', async () => {
    const refusing = await serve((_, response) => {
      response.writeHead(400, 'Bad Request').end(`token ${secret('answer of a collector')}`);
    });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${refusing}` };
    await withApp({ app: 'makes-spans.js', args: ['10', 'stay'], env }, async (app) => {
      await app.says('running');
      await sleep(2_000);
      left.push({ where: 'refusing collector', text: app.stderr });
    });
  });
});

it('R12: none of at least 40 secrets is found', () => {
  for (const body of collector.bodies) left.push({ where: 'spans', text: body.toString('latin1') });
  const bytes = left.reduce((sum, { text }) => sum + text.length, 0);
  console.log(
    `R12: ${planted.size} secrets planted, ${found().length} found in ${Math.round(bytes / 1024)} KiB of pages, spans and lines`,
  );
  expect(planted.size).toBeGreaterThanOrEqual(40);
  expect(collector.spans.length).toBeGreaterThan(0);
  expect(left.some(({ where }) => where === 'machine: log')).toBe(true);
  expect(found()).toEqual([]);
});
