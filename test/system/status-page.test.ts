/** The status page of a real machine in a real browser: it shows what /metrics says, and outlives the machine. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { freePort } from '../../simulator/free-port';
import { TestBrowser } from '../status/page/chromium';
import { contrastOf } from '../status/page/contrast';
import type { Family } from '../support/exposition';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { describeWith } from '../support/programs';
import { type SimulatorProcess, startSimulator } from '../support/simulator-process';
import { ROOT } from '../support/source-files';
import { sample, TraderMachine, total } from '../support/trader-machine';
import { insertTrader } from '../support/trader-rows';

const REPORTS = join(ROOT, 'reports/status');
const HOSTILE = '<img src=x onerror=alert(1)>';
const SECRET = 'c4n4ry-of-a-filter';

/** What the browser itself says while the machine restarts. */
const MACHINE_GONE = /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/;

let postgres: TestPostgres;
let exchange: SimulatorProcess;
let machine: TraderMachine;
let browser: TestBrowser;
let page: Page;
let url: string;
let environment: Record<string, string>;

async function startMachine(): Promise<TraderMachine> {
  const started = TraderMachine.start(environment);
  await started.logged(/^The machine is screening/, 120_000);
  return started;
}

/** Figures of the page of metrics as the status page writes them. */
function figuresOf(page: Map<string, Family>): Record<string, string> {
  const { format } = new Intl.NumberFormat('en');
  const traders = page.get('trader_new_matches')?.samples ?? [];
  const rows = traders.map(({ labels }) => {
    const id = { trader_id: labels.trader_id ?? '' };
    const [signals, watching] = ['trader_signals_total', 'trader_symbols_watching'].map((name) =>
      format(total(page, name, id)),
    );
    return [`trader ${labels.trader_name}`, `${watching} watched, ${signals} signals`];
  });
  return {
    connected:
      sample(page, 'binance_ws_connected', { status: 'connected' }) === 1 ? 'Connected' : 'Disconnected',
    signalQueue: format(sample(page, 'sync_queue_depth', { queue_type: 'signals' }) ?? Number.NaN),
    analysisQueue: format(sample(page, 'signals_pending_analysis') ?? Number.NaN),
    newMatches: format(total(page, 'trader_new_matches')),
    continuing: format(total(page, 'trader_continuing_matches')),
    signals: format(total(page, 'trader_signals_total')),
    executions: format(histogramCount(page)),
    ...Object.fromEntries(rows),
  };
}

function histogramCount(page: Map<string, Family>): number {
  const samples = page.get('trader_execution_duration_seconds')?.samples ?? [];
  return samples.filter(({ name }) => name.endsWith('_count')).reduce((sum, { value }) => sum + value, 0);
}

/** The same, as they stand on the status page. */
const SHOWN = `(() => {
  const text = (selector) => document.querySelector(selector)?.textContent ?? '';
  const first = (selector) => /^[\\d,]+/.exec(text(selector))?.[0];
  const cell = (row, label) => row.querySelector('[data-label="' + label + '"] .value').textContent;
  const rows = [...document.querySelectorAll('#traders tbody tr')].map((row) => [
    'trader ' + row.querySelector('.name').textContent,
    cell(row, 'watching') + ' watched, ' + cell(row, 'last hour') + ' signals',
  ]);
  return {
    connected: text('#socket-state'),
    signalQueue: text('#queues-figures div:nth-child(1) dd'),
    analysisQueue: text('#queues-figures div:nth-child(2) dd'),
    newMatches: text('#matches .legend li:nth-child(1) b'),
    continuing: text('#matches .legend li:nth-child(2) b'),
    signals: first('#signals-span'),
    executions: first('#execution-span'),
    ...Object.fromEntries(rows),
  };
})()`;

describeWith('chromium')('the status page of a real machine', () => {
  beforeAll(async () => {
    mkdirSync(REPORTS, { recursive: true });
    [postgres, exchange, browser] = await Promise.all([
      startPostgres(),
      startSimulator(['--symbols', '40', '--seed', '7']),
      TestBrowser.start(),
    ]);
    const port = String(await freePort());
    environment = {
      ...exchange.environment,
      DATABASE_URL: postgres.url,
      HTTP_PORT: port,
      SYMBOL_COUNT: '30',
      TRADER_POLL_MS: '300',
      SCREENING_WORKERS: '1',
    };
    url = `http://127.0.0.1:${port}/`;
    machine = await startMachine();
    const client = await postgres.connect();
    await insertTrader(client, HOSTILE, { code: 'return true' });
    await insertTrader(client, `long ${'x'.repeat(10_000)}`, { code: 'return true' });
    await insertTrader(client, 'returns nothing', { code: `const key = "${SECRET}"` });
    await machine.logged(/\[Worker\] Trader "<img/);
    page = await browser.open(url, {}, MACHINE_GONE);
    await page.locator('#headline[data-severity]').waitFor();
  }, 150_000);

  afterAll(async () => {
    await browser?.stop();
    await machine?.stop('SIGKILL');
    await Promise.all([exchange?.stop(), postgres?.stop()]);
  });

  it('shows the figures of /metrics at that moment', async () => {
    let before: Record<string, string> = {};
    let shown: Record<string, string> = {};
    let after: Record<string, string> = {};
    // The figures stand still between two cycles: what was the same before and after was so in between.
    for (let attempt = 0; attempt < 8; attempt++) {
      before = figuresOf(await machine.page());
      const state = await page.locator('main').getAttribute('data-state');
      await page.locator(`main:not([data-state="${state}"])`).waitFor();
      shown = await page.evaluate<Record<string, string>>(SHOWN);
      after = figuresOf(await machine.page());
      if (JSON.stringify(before) === JSON.stringify(after)) break;
    }
    expect(before).toEqual(after);
    expect(Object.keys(shown)).toContain(`trader ${HOSTILE}`);
    expect(shown).toEqual(before);
  });

  it('says on top what is wrong, and shows no filter’s code anywhere', async () => {
    expect(await page.locator('#headline[data-severity="warning"]').textContent()).toMatch(/was refused/);
    expect(await page.locator('#findings').textContent()).toMatch(/returns nothing: .*bad_return/);
    const runbook = (await page.locator('#findings a').first().getAttribute('href')) ?? '';
    expect(await (await fetch(new URL(runbook, url))).text()).toMatch(/^# /);
    expect(await page.locator('main img').count()).toBe(0);
    const state = await (await fetch(`${url}status.json`)).text();
    expect(state).toContain(JSON.stringify(HOSTILE).slice(1, -1));
    expect(state).not.toContain(SECRET);
    expect(state).not.toContain(postgres.url);
    expect(await page.content()).not.toContain(SECRET);
  });

  it('gives the diagnosis in /health too', async () => {
    const response = await fetch(await machine.healthUrl());
    const { diagnosis } = (await response.json()) as { diagnosis: string[] };
    expect(diagnosis[0]).toMatch(/was refused/);
    expect(diagnosis.join('\n')).toMatch(/returns nothing: .*bad_return/);
    expect(response.status).toBe(200);
  });

  it.each([
    ['light', 'light', 1280],
    ['dark', 'dark', 1280],
    ['phone', 'dark', 360],
  ] as const)('is drawn: %s', async (name, colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect((await contrastOf(page)).weak).toEqual([]);
    await page.screenshot({ path: join(REPORTS, `${name}.png`), fullPage: true });
  });

  it('says that the machine is gone, and is there again when the machine is', async () => {
    expect(await page.locator('#announcement').textContent()).toMatch(/was refused/);
    expect(await machine.stop('SIGTERM')).toBe(0);
    await page.locator('#banner', { hasText: /connection to the machine is lost/ }).waitFor();
    expect(await page.locator('#banner').textContent()).toMatch(/What you see is \d+ s old/);
    expect(await page.locator('#announcement').textContent()).toMatch(/lost/);
    const state = (await page.locator('main').getAttribute('data-state')) ?? '';
    machine = await startMachine();
    await page.locator(`main:not([data-state^="${state.split('-')[0]}-"])`).waitFor();
    await page.locator('#banner').waitFor({ state: 'hidden' });
    expect(await page.locator('#machine').textContent()).toMatch(/up \d+ s/);
  });

  it('made no complaint in the console and asked no other host', () => {
    expect(browser.complaints).toEqual({ console: [], foreign: [] });
  });
});
