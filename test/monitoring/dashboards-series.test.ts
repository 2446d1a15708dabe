/** Panels over days of made-up series: traders of every pace, new ones, restarts and redeploys, each to read right. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DASHBOARDS } from '../../monitoring/dashboards/dashboards';
import { withoutGrafana } from '../../monitoring/preview/panel-data';
import { describeWith } from '../support/programs';

function queryOf(title: string, index = 0): string {
  const panels = DASHBOARDS.flatMap(({ rows }) => rows.flatMap((row) => row.panels));
  const query = panels.find((panel) => panel.title === title)?.queries[index];
  if (query === undefined) throw new Error(`no panel ${title}`);
  return withoutGrafana(query.expr, 15_000);
}

interface Case {
  readonly series: Readonly<Record<string, string>>;
  /** Panel (and number of its query), when, and value by the label that tells results apart. */
  readonly expected: readonly (readonly [panel: string, at: string, Readonly<Record<string, number>>])[];
}

/** A day of samples each minute, from `from` on to the value of a step each `every` minutes. */
const DAYS = 3 * 1440;
function steps(every: number, values: readonly number[]): string {
  return values.map((value) => `${value}x${every - 1}`).join(' ');
}

const TRADER = (id: string, extra = '', instance = 'i1') =>
  `app="a", region="r", host="h", instance="${instance}", trader_id="${id}"${extra}`;
const NAMED = (id: string, instance = 'i1') => TRADER(id, `, trader_name="${id}"`, instance);

const CASES: Readonly<Record<string, Case>> = {
  'a trader of every pace has the share of its own runs': {
    series: {
      [`trader_executions_total{${TRADER('minute')}}`]: `0+1x${DAYS}`,
      [`trader_execution_errors_total{${TRADER('minute', ', error_type="runtime"')}}`]: `0+0.1x${DAYS}`,
      [`trader_executions_total{${TRADER('quarter')}}`]: `0+0.0666666666666667x${DAYS}`,
      [`trader_execution_errors_total{${TRADER('quarter', ', error_type="runtime"')}}`]: `0x${DAYS}`,
      [`trader_executions_total{${TRADER('daily')}}`]: steps(1440, [1, 2, 3]),
      [`trader_execution_errors_total{${TRADER('daily', ', error_type="timeout"')}}`]: steps(1440, [0, 0, 1]),
      [`trader_new_matches{${NAMED('minute')}}`]: `0x${DAYS}`,
      [`trader_new_matches{${NAMED('quarter')}}`]: `0x${DAYS}`,
      [`trader_new_matches{${NAMED('daily')}}`]: `0x${DAYS}`,
    },
    expected: [
      ['Filter Execution Error Rate', '60h', { minute: 0.1, quarter: 0, daily: 0.5 }],
      ['Execution Success Rate', '60h', { minute: 0.9, quarter: 1, daily: 0.5 }],
    ],
  },
  'the first run of a new trader counts, although its series is born with it': {
    series: {
      [`trader_executions_total{${TRADER('daily')}}`]: `_x60 1x600`,
      [`trader_execution_errors_total{${TRADER('daily', ', error_type="timeout"')}}`]: `_x60 0x600`,
      [`trader_signals_total{${NAMED('daily')}}`]: `_x60 11x600`,
      [`trader_new_matches{${NAMED('daily')}}`]: `_x60 11x600`,
    },
    expected: [
      ['Execution Success Rate', '2h', { daily: 1 }],
      ['New Signals per Trader (Last Hour)', '90m', { daily: 11 }],
      ['New Signals per Trader (Last Hour)', '4h', { daily: 0 }],
    ],
  },
  'a scraper that paused brings no old counts back': {
    series: { [`trader_signals_total{${NAMED('minute')}}`]: `5000x100 _x30 5000x300` },
    expected: [['New Signals per Trader (Last Hour)', '185m', { minute: 0 }]],
  },
  'two machines of a redeploy are one in every level, and a restart loses no count': {
    series: {
      [`trader_signals_total{${NAMED('t', 'old')}}`]: `0x120 4x10 _x600`,
      [`trader_signals_total{${NAMED('t', 'new')}}`]: `_x125 0x10 3x600`,
      'registry_size{app="a", region="r", host="h", instance="old"}': `4x130`,
      'registry_size{app="a", region="r", host="h", instance="new"}': `_x125 4x600`,
      [`trader_continuing_matches{${NAMED('t', 'old')}}`]: `7x130`,
      [`trader_continuing_matches{${NAMED('t', 'new')}}`]: `_x125 7x600`,
    },
    expected: [
      ['Active Traders', '128m', { a: 4 }],
      ['Match Distribution', '128m', { a: 7 }],
      ['New Signals per Trader (Last Hour)', '140m', { t: 7 }],
    ],
  },
  'loads that failed before the first scrape are seen, and leave again': {
    series: {
      'traders_loaded_from_db_total{app="a", region="r", host="h", instance="i", status="failed"}': `_x5 3x100`,
    },
    expected: [
      ['Trader Load Failures', '10m', { a: 3 }],
      ['Trader Load Failures', '45m', { a: 0 }],
    ],
  },
  'a candle of a day is not stale because it is a day old; a minute without a push is': {
    series: Object.fromEntries(
      ['1m', '1d'].flatMap((interval) =>
        ['A', 'B'].map((symbol) => [
          `kline_data_age_seconds{app="a", region="r", host="h", instance="i", symbol="${symbol}", interval="${interval}"}`,
          symbol === 'A' ? '3600x60' : '1x60',
        ]),
      ),
    ),
    expected: [['Stale Symbols by Interval', '30m', { '1m': 0.5, '1d': 0 }]],
  },
};

/** promtool compares whole label sets; here the value is what counts, so its own words about a mismatch are read. */
function testFile({ series, expected }: Case): string {
  return JSON.stringify({
    rule_files: [],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: expected.map(([panel, at, values]) => ({
          expr: labelled(queryOf(panel)),
          eval_time: at,
          exp_samples: Object.entries(values).map(([id, value]) => ({ labels: `{key="${id}"}`, value })),
        })),
      },
    ],
  });
}

/** One label that tells the results apart: the trader, the interval, or the app. Values are rounded to what can be compared. */
function labelled(expression: string): string {
  const keyed = ['app', 'interval', 'trader_id'].reduce(
    (text, label) => `label_replace(${text}, "key", "$1", "${label}", "(.+)")`,
    expression,
  );
  return `round(sum by (key) (${keyed}), 0.001)`;
}

describeWith('promtool')('panels over days of series', () => {
  it.each(Object.entries(CASES))('%s', (_, one) => {
    const folder = mkdtempSync(join(tmpdir(), 'dashboards-series-'));
    const file = join(folder, 'test.yml');
    writeFileSync(file, testFile(one));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(
      `${stdout}${stderr}`
        .split('\n')
        .filter((line) => /exp:|got:|error|err:/i.test(line))
        .join('\n'),
    ).toBe('');
    expect(status).toBe(0);
  });
});
