/**
 * From a real fault in a running trader to a telephone, and back: two machines, a real Prometheus with the pack's rules, a real
 * Alertmanager with the pack's routing, a webhook; beside them VictoriaMetrics with vmalert. Durations are shortened
 * (test/fixtures/rules/shortened.ts); expressions are not touched. The runbooks' queries find the culprit.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { ALERTS } from '../../monitoring/rules/alerts';
import { annotationsOf } from '../../monitoring/rules/prometheus-rules';
import { freePort } from '../../simulator/free-port';
import { AlertInbox } from '../fixtures/rules/alert-inbox';
import { MonitoringStack } from '../fixtures/rules/monitoring-stack';
import { queriesIn, runbookText } from '../fixtures/rules/runbook';
import { shortenedExpression } from '../fixtures/rules/shortened';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { describeWith } from '../support/programs';
import { type SimulatorProcess, startSimulator } from '../support/simulator-process';
import { TraderMachine } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

type Labels = Readonly<Record<string, string>>;

const FILTERS = 'vyx-filters';
const MARKET = 'vyx-market';
const BY_VMALERT = { by: 'vmalert' };
const SMALL = { SYMBOL_COUNT: '4', TRADER_POLL_MS: '300', STATEMENT_TIMEOUT_MS: '300', LOG_LEVEL: 'warn' };
const EVERY_OTHER_SECOND = 'timeframes["1s"].openTime[timeframes["1s"].length - 1] / 1000 % 2 === 0';

let postgres: TestPostgres;
let client: Client;
let marketDatabase: string;
let exchange: SimulatorProcess;
let marketExchange: SimulatorProcess;
let inbox: AlertInbox;
let stack: MonitoringStack;
let filters: TraderMachine;
let market: TraderMachine;
let scratch: string;
const ports: Record<string, string> = {};
const scenarios: Record<string, Promise<void>> = {};

async function startMarketMachine(environment: Record<string, string>): Promise<TraderMachine> {
  const own = { ...SMALL, ...marketExchange.environment, DATABASE_URL: marketDatabase };
  // The feed's own watch would renew a silent connection; here it must stay.
  const feed = { FEED_SILENCE_MS: '600000', SCREENING_WORKERS: '1', METRICS_PORT: ports.market! };
  const machine = TraderMachine.start({ ...own, ...feed, LOG_LEVEL: 'info', ...environment });
  await machine.logged(/^The machine is screening/, 120_000);
  return machine;
}

async function fault(name: string, value = ''): Promise<void> {
  const body = JSON.stringify({ name, value });
  const response = await fetch(`${marketExchange.restUrl}/simulator/faults`, { method: 'POST', body });
  expect(response.status).toBe(200);
}

/** Waits for the telephone, holds what it said against the table, and does what the runbook says first. */
async function fires(alert: string, labels: Labels, culprit: Labels): Promise<void> {
  const { annotations, receiver, ...delivery } = await inbox.last('firing', { alertname: alert, ...labels });
  const rule = ALERTS.find(({ name }) => name === alert)!;
  expect(receiver).toBe(rule.severity === 'critical' ? '/pager' : '/tickets');
  expect(annotations.runbook_url).toBe(annotationsOf(rule).runbook_url);
  expect(annotations.summary).toContain(labels.app);
  expect(annotations.summary).not.toContain('{{');
  expect(delivery.labels.severity).toBe(rule.severity);
  const answers = await Promise.all(
    queriesIn(runbookText(alert)).map((query) => stack.query(shortenedExpression(query))),
  );
  const found = answers.flat().map(({ metric }) => metric);
  expect(found).toContainEqual(expect.objectContaining(culprit));
}

async function resolves(alert: string, labels: Labels): Promise<void> {
  await inbox.last('resolved', { alertname: alert, ...labels });
}

/** Filters as users write them at their worst, and a database that is locked; then both are put right. */
async function filterFaults(): Promise<void> {
  const everySecond = { refreshInterval: '1s', requiredTimeframes: ['1s'] };
  const add = (name: string, code: string) => insertTrader(client, name, { code, ...everySecond });
  const throws = await add('Throws', 'throw new Error("no such indicator")');
  const rubbish = await add('Says nothing', `return ${EVERY_OTHER_SECOND} ? undefined : false`);
  const hangs = await add('Hangs', `if (${EVERY_OTHER_SECOND}) for (;;) {} return false`);
  const flickers = await add('Flickers', `return ${EVERY_OTHER_SECOND}`);
  const release = await postgres.lockTable('signals');
  const app = FILTERS;
  await Promise.all([
    fires(
      'HighFilterErrorRate',
      { app, trader_id: throws },
      { app, trader_id: throws, error_type: 'runtime' },
    ),
    fires('FilterBadReturns', { app, trader_id: rubbish }, { app, trader_id: rubbish }),
    fires('WorkersRestarting', { app, reason: 'timeout' }, { app, trader_id: hangs, error_type: 'timeout' }),
    fires('SignalPersistenceGap', { app, trader_id: flickers }, { app, trader_id: flickers }),
    fires('HighFilterErrorRate', { app, trader_id: throws, ...BY_VMALERT }, { trader_id: throws }),
    fires('FilterBadReturns', { app, trader_id: rubbish, ...BY_VMALERT }, { trader_id: rubbish }),
  ]);
  await release();
  const repaired = [throws, rubbish, hangs, flickers];
  await client.query(
    `update traders set filter = jsonb_set(filter, '{code}', '"return false"') where id = any($1)`,
    [repaired],
  );
  await Promise.all([
    resolves('HighFilterErrorRate', { app, trader_id: throws }),
    resolves('FilterBadReturns', { app, trader_id: rubbish }),
    resolves('WorkersRestarting', { app, reason: 'timeout' }),
    resolves('SignalPersistenceGap', { app, trader_id: flickers }),
    resolves('HighFilterErrorRate', { app, trader_id: throws, ...BY_VMALERT }),
    resolves('FilterBadReturns', { app, trader_id: rubbish, ...BY_VMALERT }),
  ]);
  await client.query('update traders set enabled = false');
  await fires('NoTradersLoaded', { app }, { app });
  await client.query('update traders set enabled = true');
  await resolves('NoTradersLoaded', { app });
}

/** A telemetry configuration that is refused, an exchange that falls silent, then away; a machine that is killed. */
async function marketFaults(): Promise<void> {
  const app = MARKET;
  await fires('TelemetryConfigRefused', { app }, { app });
  await fault('silence', '*,on');
  await fires('FeedSilentWhileConnected', { app }, { app, type: 'kline' });
  await fault('silence', '*,off');
  await resolves('FeedSilentWhileConnected', { app });
  await fault('never-answer', 'on');
  await fault('close', '1006');
  await Promise.all([
    fires('BinanceDisconnected', { app }, { app }),
    fires('BinanceDisconnected', { app, ...BY_VMALERT }, { app }),
  ]);
  await fault('never-answer', 'off');
  await Promise.all([
    resolves('BinanceDisconnected', { app }),
    resolves('BinanceDisconnected', { app, ...BY_VMALERT }),
  ]);
  await market.stop('SIGKILL');
  await fires('MachineGone', { app }, { app });
  market = await startMarketMachine({});
  await Promise.all([resolves('MachineGone', { app }), resolves('TelemetryConfigRefused', { app })]);
}

/** The two scrape at different moments: what has just changed is the same a moment later. */
async function agree(query: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const [one, other] = await Promise.all([stack.query(query), stack.query(query, 'victoria')]);
    if (one.length > 0 === other.length > 0) return true;
    await sleep(250);
  }
  return false;
}

/** Its failure is the test's, not the process's. */
function scenario(name: string, run: () => Promise<void>): void {
  scenarios[name] = run();
  scenarios[name].catch(() => {});
}

describeWith('prometheus-alertmanager')('Alerts from a real fault to a webhook, and back', () => {
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'alerts-'));
    const refused = join(scratch, 'refused.yaml');
    writeFileSync(refused, 'file_format: "1.1"\nno_such_key: true\n');
    [postgres, exchange, marketExchange, inbox] = await Promise.all([
      startPostgres(),
      startSimulator(['--symbols', '6']),
      startSimulator(['--symbols', '6', '--seed', '2']),
      AlertInbox.open(),
    ]);
    client = await postgres.connect();
    await client.query('create database market');
    marketDatabase = postgres.url.replace(/\/postgres$/, '/market');
    Object.assign(ports, { filters: String(await freePort()), market: String(await freePort()) });
    const own = {
      ...SMALL,
      ...exchange.environment,
      DATABASE_URL: postgres.url,
      METRICS_PORT: ports.filters!,
    };
    const limits = { FILTER_TIMEOUT_MS: '400', SCREENING_WORKERS: '2', LOG_LEVEL: 'info' };
    filters = TraderMachine.start({ ...own, ...limits });
    const apps = [
      { app: FILTERS, address: `127.0.0.1:${ports.filters}` },
      { app: MARKET, address: `127.0.0.1:${ports.market}` },
    ];
    const vmalert = ['HighFilterErrorRate', 'FilterBadReturns', 'BinanceDisconnected'];
    [stack, market] = await Promise.all([
      MonitoringStack.start(apps, inbox.url, vmalert),
      startMarketMachine({ OTEL_CONFIG_FILE: refused }),
      filters.logged(/^The machine is screening/, 120_000),
    ]);
    scenario('filters', filterFaults);
    scenario('market', marketFaults);
  }, 150_000);

  afterAll(async () => {
    await Promise.all([filters?.stop('SIGKILL'), market?.stop('SIGKILL'), stack?.stop()]);
    await Promise.all([exchange?.stop(), marketExchange?.stop(), postgres?.stop()]);
    inbox?.close();
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  });

  it('bad filters and a locked database: fired, found by the runbooks, resolved', async () => {
    await scenarios.filters;
  }, 240_000);

  it('a refused configuration, a silent and a lost exchange, a killed machine: fired, found, resolved', async () => {
    await scenarios.market;
  }, 240_000);

  it('no rule failed to evaluate', async () => {
    expect(await stack.ruleErrors()).toEqual([]);
  });

  it('Prometheus and VictoriaMetrics answer every query of every runbook, and agree on what has an answer', async () => {
    const differ: string[] = [];
    for (const { name } of ALERTS)
      for (const query of queriesIn(runbookText(name)))
        if (!(await agree(query))) differ.push(`${name}: ${query}`);
    expect(differ).toEqual([]);
  }, 120_000);

  it('VictoriaMetrics answers every alert’s expression', async () => {
    for (const { expr } of ALERTS) await stack.query(expr, 'victoria');
  }, 60_000);
});
