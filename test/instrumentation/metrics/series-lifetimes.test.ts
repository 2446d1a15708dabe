import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfigFile } from '../../../instrumentation/configuration/config-file';
import { settingsFromModel } from '../../../instrumentation/configuration/settings-from-model';
import { FilterTelemetry } from '../../../src/telemetry/filter-telemetry';
import { SignalTelemetry } from '../../../src/telemetry/signal-telemetry';
import { traderLabels } from '../../../src/telemetry/trader-labels';
import { TraderTelemetry } from '../../../src/telemetry/trader-telemetry';
import type { Family } from '../../support/exposition';
import { limitOf, testPipeline } from '../../support/metrics-pipeline';
import { arithmeticProblems } from '../../support/page-contract';
import { ROOT } from '../../support/source-files';

const FILE = join(ROOT, 'otel-config.yaml');
const SHIPPED = settingsFromModel(readConfigFile(FILE, {}), {}).metrics;
const SKIPPED = { no_data: 0, insufficient_history: 0, stale_data: 0, error: 0, bad_return: 1 };
const SIGNAL = { traderId: 'a', traderName: 'A', symbol: 'BTCUSDT', boundaryMs: 0 };

function machine(settings: Parameters<typeof testPipeline>[0] = {}) {
  const pipeline = testPipeline({ lifetimes: SHIPPED.lifetimes, lingerMs: 0, ...settings });
  const traders = new TraderTelemetry(pipeline.meter);
  const filters = new FilterTelemetry(pipeline.meter, traders);
  const signals = new SignalTelemetry(pipeline.meter, traders);
  const add = (id: string) => {
    const labels = traderLabels({ id, name: id.toUpperCase() });
    traders.traderAdded(id);
    filters.traderAdded(labels);
    signals.traderAdded(labels);
    filters.executionEnded(labels, {
      durationSeconds: 0.01,
      endedAtSeconds: 1,
      evaluated: 2,
      skipped: SKIPPED,
      dataAgeSeconds: 1,
      screening: { newMatches: 1, continuingMatches: 0 },
      errorType: null,
    });
    signals.generated({ ...SIGNAL, traderId: id }, labels);
  };
  return { ...pipeline, traders, filters, signals, add };
}

const metricsOf = (page: readonly Family[], trader_id: string) =>
  page
    .filter(({ samples }) => samples.some(({ labels }) => labels.trader_id === trader_id))
    .map(({ name }) => name);

describe('the series of a deleted trader', () => {
  it('leave the page, histograms and counters too, and the sums that must outlive it stay', async () => {
    const { parsed, filters, add } = machine();
    for (const id of ['a', 'b']) add(id);
    const before = await parsed();
    expect(metricsOf(before, 'a').length).toBeGreaterThan(14);
    filters.traderRemoved('a');
    await parsed();
    const after = await parsed();
    expect(metricsOf(after, 'a').sort()).toEqual([
      'signals_generated_total',
      'signals_persisted_total',
      'trader_signals_total',
    ]);
    expect(metricsOf(after, 'b')).toEqual(metricsOf(before, 'b'));
  });

  it('keep generated = persisted + queued + dropped while its signals wait, are stored and are dropped', async () => {
    const { meter, parsed, filters, signals, add } = machine();
    let queued = 0;
    meter.createObservableGauge('sync_queue_depth').addCallback((result) => {
      result.observe(queued, { queue_type: 'signals' });
    });
    const holds = async () =>
      expect(arithmeticProblems(new Map((await parsed()).map((family) => [family.name, family])))).toEqual(
        [],
      );
    for (const id of ['a', 'b', 'c']) add(id);
    queued = 3;
    await holds();
    filters.traderRemoved('a');
    for (let i = 0; i < 3; i++) await holds();
    signals.dropped('queue_overflow', 1);
    queued--;
    await holds();
    signals.persisted(SIGNAL);
    signals.persistFailed('a', 'network');
    queued--;
    for (let i = 0; i < 3; i++) await holds();
    expect(metricsOf(await parsed(), 'a')).not.toContain('signal_persist_errors_total');
    add('a');
    queued++;
    await holds();
  });

  it('stay for the linger, so that every scraper has their last values', async () => {
    const { parsed, filters, add } = machine({ lingerMs: 60_000 });
    add('a');
    await parsed();
    filters.traderRemoved('a');
    for (let i = 0; i < 3; i++) await parsed();
    const names = metricsOf(await parsed(), 'a');
    expect(names).toContain('trader_execution_duration_seconds');
    expect(names).not.toContain('trader_new_matches');
    expect(SHIPPED.lingerMs).toBe(60_000);
  });

  it('give their place in the limit to others: 500 traders in turn never reach a limit of 40', async () => {
    const { parsed, filters, add } = machine({
      seriesLimits: limitOf(40),
      lifetimes: SHIPPED.lifetimes.map((rule) => ({ ...rule, except: [] })),
    });
    for (let i = 0; i < 500; i++) {
      add(`t${i}`);
      await parsed();
      filters.traderRemoved(`t${i}`);
      await parsed();
    }
    const page = await parsed();
    expect(page.find(({ name }) => name === 'telemetry_overflow_total')).toBeUndefined();
    expect(page.flatMap(({ samples }) => samples).length).toBeLessThan(200);
  });

  it('stay when the callback that names the living has failed: nobody is known to be gone', async () => {
    const { meter, parsed } = testPipeline({
      lifetimes: [{ label: 'trader_id', livesIn: 'alive', except: [] }],
      lingerMs: 0,
    });
    let observe: () => string[] = () => ['a'];
    meter.createCounter('c_total').add(1, { trader_id: 'a' });
    meter.createCounter('c_total').add(1, { trader_id: 'never-loaded' });
    meter.createObservableGauge('alive').addCallback((result) => {
      for (const trader_id of observe()) result.observe(1, { trader_id });
    });
    await parsed();
    observe = () => {
      throw new Error('no');
    };
    await parsed();
    expect(metricsOf(await parsed(), 'a')).toEqual(['c_total']);
    observe = () => [];
    await parsed();
    const page = await parsed();
    expect(metricsOf(page, 'a')).toEqual([]);
    expect(metricsOf(page, 'never-loaded')).toEqual(['c_total']);
  });
});

describe('the rules in the configuration file', () => {
  it.each([
    ['label: trader_id', 'label: ""', 'series_lifetimes[0].label'],
    ['lives_in: trader_last_execution_timestamp_seconds', 'lives_in: 7', 'series_lifetimes[0].lives_in'],
    ['except: [signals_generated_total]', 'except: [[]]', 'series_lifetimes[1].except'],
    ['except: [signals_generated_total]', 'excepts: []', 'series_lifetimes[1].excepts'],
    ['series_linger: 60000', 'series_linger: soon', 'series_linger'],
  ])('%s → %s is refused by name', (good, bad, key) => {
    const text = readFileSync(FILE, 'utf8').replace(good, bad);
    const file = join(mkdtempSync(join(tmpdir(), 'lifetimes-')), 'otel-config.yaml');
    writeFileSync(file, text);
    let problem: unknown;
    try {
      settingsFromModel(readConfigFile(file, {}), {});
    } catch (error) {
      problem = error;
    }
    expect(problem).toMatchObject({ key: expect.stringContaining(key) });
  });
});
