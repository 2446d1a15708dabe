/**
 * Does every panel show something? A real Prometheus and a real VictoriaMetrics scrape a running machine, healthy and then
 * broken in every way, under the labels that Fly writes: one app with one machine, one in the middle of a redeploy.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SEED_QUERIES } from '../../monitoring/checks/seed-queries';
import type { SeedAnswer } from '../../monitoring/checks/seed-query';
import { DASHBOARDS } from '../../monitoring/dashboards/dashboards';
import { previewReport } from '../../monitoring/preview/report';
import { addHealthyTraders, breakEverything, EXCHANGE, flyPage, LIMITS } from '../monitoring/faulty-machine';
import { MetricStore, type Series } from '../monitoring/metric-store';
import { describeWith } from '../support/programs';
import { runningMachine } from '../support/running-machine';
import { ROOT } from '../support/source-files';

const ONE = 'vyx-user-1';
const REDEPLOYED = 'vyx-user-2';
const TARGETS = 6;
const PROGRAMS = ['prometheus', 'victoria-metrics'] as const;

/** As Grafana would: all of everything, four scrapes and more for a rate. The panels' own windows stay as they are. */
function sent(expression: string): string {
  return expression.replaceAll('$__rate_interval', '20s').replaceAll(/"\$[a-z]\w*"/g, '".*"');
}

const QUERIES = DASHBOARDS.flatMap(({ title, rows }) =>
  rows
    .flatMap((row) => row.panels)
    .flatMap((panel) =>
      panel.queries.map(({ expr, legend }) => ({
        panel: `${title} / ${panel.title}`,
        legend,
        query: sent(expr),
      })),
    ),
);

type Asked = (typeof QUERIES)[number] & { readonly program: string; readonly series: readonly Series[] };

describeWith('victoria-metrics')('dashboards over a running machine', () => {
  const machine = runningMachine(EXCHANGE, LIMITS);
  let fly: { url: string; server: Server };
  let stores: readonly MetricStore[] = [];
  let healthy: readonly Asked[] = [];
  let broken: readonly Asked[] = [];

  async function askedOf(store: MetricStore): Promise<Asked[]> {
    const asked: Asked[] = [];
    for (const one of QUERIES)
      asked.push({ ...one, program: store.program, series: await store.query(one.query) });
    return asked;
  }

  /** Asks again when a target was down meanwhile: its series were gone with it. */
  async function asked(store: MetricStore): Promise<Asked[]> {
    for (let attempt = 1; ; attempt++) {
      await store.until(`count(up == 1) == ${TARGETS}`);
      const startedMs = Date.now();
      const answers = await askedOf(store);
      const seconds = Math.ceil((Date.now() - startedMs) / 1000) + 1;
      const [down] = await store.query(`min(min_over_time(up[${seconds}s])) < 1`);
      if (down === undefined || attempt === 5) return answers;
    }
  }

  const askAll = async () => (await Promise.all(stores.map(asked))).flat();

  beforeAll(async () => {
    fly = await flyPage();
    const url = await machine.trader.metricsUrl();
    const places = [
      { app: ONE, instance: '148e1' },
      { app: REDEPLOYED, instance: '148e2' },
      { app: REDEPLOYED, instance: '148e3' },
    ];
    const targets = places.flatMap((place) => [
      { ...place, url, job: 'trader' },
      { ...place, url: fly.url, job: 'fly' },
    ]);
    stores = await Promise.all(PROGRAMS.map((program) => MetricStore.start(program, targets)));
    await addHealthyTraders(machine);
    const stored =
      'sum(increase(signals_persisted_total[1m])) > 0 and sum(increase(metrics_scrapes_total[20s])) > 0';
    await Promise.all(stores.map((store) => store.until(stored)));
    healthy = await askAll();
    await breakEverything(machine);
    await Promise.all(
      stores.map((store) =>
        store.until(
          'sum(screener_worker_restarts_total) > 0 and sum(binance_ws_reconnects_total) > 0 and sum(kline_parse_errors_total) > 0',
        ),
      ),
    );
    broken = await askAll();
  }, 300_000);

  afterAll(async () => {
    await Promise.all(stores.map((store) => store.stop()));
    fly.server.close();
  });

  const wordless = (asked: readonly Asked[]) =>
    asked
      .filter(({ series }) => series.length === 0 || series.some(({ value }) => !Number.isFinite(value)))
      .map(
        ({ program, panel, legend, series }) =>
          `${program}: ${panel} (${legend}): ${series.length === 0 ? 'nothing' : 'not a number'}`,
      );

  it('a healthy machine leaves no panel without data: an absent fault reads zero', () => {
    const withData = new Set(
      healthy.filter(({ series }) => series.length > 0).map(({ program, panel }) => `${program}: ${panel}`),
    );
    const panels = new Set(healthy.map(({ program, panel }) => `${program}: ${panel}`));
    expect([...panels].filter((panel) => !withData.has(panel))).toEqual([]);
    expect(wordless(healthy.filter(({ series }) => series.length > 0))).toEqual([]);
  });

  it('a broken machine gives every query of every panel data, and never NaN', () => {
    expect(broken.length).toBe(QUERIES.length * PROGRAMS.length);
    expect(wordless(broken)).toEqual([]);
  });

  it('an app in the middle of a redeploy reads as one machine, not as two', () => {
    const split = broken.filter(
      ({ query, series }) =>
        !/by \([^)]*instance/.test(query) && series.some(({ metric }) => metric.instance !== undefined),
    );
    expect(split.map(({ program, panel }) => `${program}: ${panel}`)).toEqual([]);
    // Of a time when nothing changes: the machines are not scraped at the same moment.
    for (const [panel, asked] of [
      ['Universe Delivering', healthy],
      ['Active Traders', broken],
    ] as const) {
      const level = asked.find((one) => one.panel.endsWith(panel)) as Asked;
      const [one, two] = [ONE, REDEPLOYED].map(
        (app) => level.series.find(({ metric }) => metric.app === app)?.value,
      );
      expect([panel, two]).toEqual([panel, one]);
    }
  });

  it('traders are called by their names, those included that could not be loaded', () => {
    const errors = broken.filter(
      ({ panel, legend }) => panel.endsWith('Trader Errors by Type') && legend.includes('error_type'),
    );
    for (const { series } of errors) {
      const named = series.map(({ metric }) => `${metric.trader_name} ${metric.error_type}`).join('\n');
      expect(named).toMatch(/Throws runtime/);
      expect(named).toMatch(/Forgets to Return bad_return/);
      expect(named).toMatch(/[0-9a-f-]{36} (load|compile)/);
    }
  });

  it('the preview draws every panel of them; it stays in reports/dashboards.html', async () => {
    const toMs = Date.now();
    const [prometheus] = stores as [MetricStore];
    const report = await previewReport(prometheus.url, { fromMs: toMs - 60_000, toMs });
    mkdirSync(join(ROOT, 'reports'), { recursive: true });
    writeFileSync(join(ROOT, 'reports/dashboards.html'), report.html);
    expect([report.errors, report.empty]).toEqual([[], []]);
    expect(report.html.match(/<svg/g)?.length).toBeGreaterThan(50);
  });

  function answerOf(series: readonly Series[]): SeedAnswer {
    if (series.length === 0) return 'nothing';
    const machines = new Set(series.map(({ metric }) => metric.instance));
    if (machines.size > 1) return 'split';
    return 'data';
  }

  /** A scrape that fails on a busy computer hides a machine until the next. */
  async function settled(store: MetricStore, query: string, expected: SeedAnswer): Promise<SeedAnswer> {
    for (let attempt = 1; ; attempt++) {
      const found = answerOf(await store.query(query));
      if (found === expected || expected === 'chance' || attempt === 10) return found;
      await sleep(1000);
    }
  }

  it.each(SEED_QUERIES)('as first written, $from returns: $answer', async ({ query, answer }) => {
    for (const store of stores) {
      const found = await settled(store, query, answer);
      if (answer !== 'chance') expect([store.program, found]).toEqual([store.program, answer]);
    }
  });
});
