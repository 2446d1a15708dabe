/** The rules as files: complete, well-formed, understood by Prometheus and vmalert, and as the table says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkExpression, violationLine } from '../../../monitoring/promql/check-expression';
import type { RuleName } from '../../../monitoring/promql/violation';
import { ALERTS } from '../../../monitoring/rules/alerts';
import { generatedFiles } from '../../../monitoring/rules/generate';
import { INTERVAL_SECONDS } from '../../../monitoring/rules/intervals';
import { RECORDINGS } from '../../../monitoring/rules/recordings';
import { durationMsOf, INTERVALS } from '../../../src/market/interval';
import { describeWith } from '../../support/programs';
import { ROOT } from '../../support/source-files';

const FILES = ['monitoring/rules/alerts.yml', 'monitoring/rules/recordings.yml'];

/** Rules of the expression check that an alert breaks on purpose. */
const EXCEPTIONS: Readonly<
  Record<string, { readonly except: readonly RuleName[]; readonly reason: string }>
> = {
  SignalPersistenceGap: {
    except: ['raw-counter'],
    reason: 'a stop flushes after the last scrape; totals of one process are exact',
  },
  SignalConservationBroken: {
    except: ['raw-counter'],
    reason: 'the totals of the process are what must add up',
  },
  ScrapeFailing: {
    except: ['reserved'],
    reason: 'where Prometheus scrapes by itself its targets have jobs; on Fly these parts are never true',
  },
};

/** The names that dashboards and the diagnosis refer to. */
const NAMES =
  'HighFilterErrorRate SlowFilterExecution FilterBadReturns SymbolsSkipped SignalPersistenceFailures SignalPersistenceGap SignalConservationBroken SignalsDropped SignalQueueFilling SyncWritesFailing AnalysisBacklog AnalysisFailing WorkerPoolSaturated WorkerPoolEmpty WorkersRestarting TraderLoadFailures NoTradersLoaded ScreeningStalled TraderStalled ScreeningOverruns BinanceDisconnected BinanceReconnectStorm FeedSilentWhileConnected KlineStaleFeed KlineGaps KlineParseErrors ExchangeClockSkew UniverseShort ExchangeRestFailing NoSignalsInLastHour NoMatchesAnywhere SignalFlood MachineGone MachineRestarting ImageSkew EventLoopBlocked HeapNearLimit ScrapeFailing ScrapeIncomplete SeriesNearCap SeriesOverflow PageNearLimit TelemetryConfigRefused TelemetryRejecting SpansDropped';

it('there is an alert of each agreed name, once', () => {
  expect(ALERTS.map(({ name }) => name).sort()).toEqual(NAMES.split(' ').sort());
});

it.each(ALERTS)('$name reads only what exists, and reads right for two machines', ({ name, expr }) => {
  const except = EXCEPTIONS[name]?.except ?? [];
  expect(checkExpression(expr, { place: 'alert', except }).map((one) => violationLine(one, expr))).toEqual(
    [],
  );
});

it.each(RECORDINGS)('$record reads only what exists', ({ expr }) => {
  expect(checkExpression(expr, { place: 'record' }).map((one) => violationLine(one, expr))).toEqual([]);
});

it('every exception is still needed', () => {
  const idle = Object.entries(EXCEPTIONS).filter(([name, { except }]) => {
    const broken = checkExpression(ALERTS.find((alert) => alert.name === name)?.expr ?? '', {
      place: 'alert',
    });
    return !except.every((rule) => broken.some((one) => one.rule === rule));
  });
  expect(idle).toEqual([]);
});

describe('an alert', () => {
  it('never reads a recording rule: vmalert before Fly’s Prometheus has nowhere to write one', () => {
    expect(ALERTS.filter(({ expr }) => RECORDINGS.some(({ record }) => expr.includes(record)))).toEqual([]);
  });

  it('has a summary of one line with what it is about, and a description in sentences', () => {
    for (const { name, summary, description } of ALERTS) {
      if (name !== 'ImageSkew') expect(summary).toContain('{{ $labels.app }}');
      expect(summary).not.toMatch(/\n|\.$/);
      expect(description).toMatch(/\.$/);
      expect(description).not.toContain('$value');
    }
  });

  it('knows the exchange’s intervals and their lengths', () => {
    const lengths = INTERVALS.map((interval) => [interval, durationMsOf(interval) / 1000]);
    expect(Object.fromEntries(lengths)).toEqual(INTERVAL_SECONDS);
  });
});

it.each([...generatedFiles()])('%s is what the table generates now', (path, text) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

it.each(FILES)('%s has nothing that vmalert 1.79 or Prometheus does not know', (file) => {
  const { groups } = parse(readFileSync(join(ROOT, file), 'utf8')) as { groups: { rules: object[] }[] };
  const keys = new Set(groups.flatMap(({ rules }) => rules.flatMap((rule) => Object.keys(rule))));
  const known = ['alert', 'record', 'expr', 'for', 'labels', 'annotations'];
  expect([...keys].filter((key) => !known.includes(key))).toEqual([]);
});

describeWith('promtool')('promtool', () => {
  it('accepts every rule file, lint included', () => {
    const args = ['check', 'rules', '--lint=all', '--lint-fatal', ...FILES];
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ROOT, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain(`${ALERTS.length} rules found`);
    expect(status).toBe(0);
  });
});

describeWith('vmalert')('vmalert', () => {
  it('accepts every rule file', () => {
    const args = ['-dryRun', ...FILES.map((file) => `-rule=${file}`)];
    expect(spawnSync('vmalert', args, { cwd: ROOT, encoding: 'utf8' })).toMatchObject({ status: 0 });
  });
});
