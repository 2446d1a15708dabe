/** The rules of Grafana's dashboard-linter, and ours on top, over the committed JSON. An exception is one line with its reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { knownMetric } from '../../monitoring/catalogue/known-metric';
import { queriesOfRunbook } from '../../monitoring/checks/located-query';
import { queryViolations } from '../../monitoring/checks/query-check';
import { DASHBOARDS } from '../../monitoring/dashboards/dashboards';
import { checkExpression } from '../../monitoring/promql/check-expression';
import { parseExpression } from '../../monitoring/promql/read-expression';
import { problems, withoutVariables } from '../../monitoring/promql/syntax';
import { selectors, walk } from '../../monitoring/promql/walk';
import { ROOT } from '../support/source-files';
import { DASHBOARD_SCHEMA } from './dashboard-schema';

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly uid: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: {
    readonly defaults: { readonly unit: string; readonly mappings: readonly unknown[] };
  };
  readonly targets: readonly Target[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
}
interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly query: string;
  readonly regex?: string;
  readonly refresh: number;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

const FOLDER = join(ROOT, 'monitoring/dashboards/json');
const dashboards = readdirSync(FOLDER).map(
  (file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Dashboard,
);
const variables = dashboards.flatMap((dashboard) =>
  dashboard.templating.list.map((one) => ({ dashboard, one })),
);
const panels = dashboards.flatMap((dashboard) => dashboard.panels.map((panel) => ({ dashboard, panel })));
const targets = panels.flatMap(({ dashboard, panel }) =>
  panel.targets.map((one) => ({ dashboard, panel, one })),
);
const name = ({ dashboard, panel }: { dashboard: Dashboard; panel: Panel }) =>
  `${dashboard.title} / ${panel.title}`;

type Rule = 'rate-interval' | 'raw-counter' | 'app-matcher' | 'place-variables';

/** Rule, dashboard / panel (or dashboard), reason. */
const EXCEPTIONS: readonly (readonly [Rule, string, string])[] = [
  [
    'raw-counter',
    'Signal Pipeline: why zero signals? / Signals Unaccounted For',
    'levels of one scrape of one machine are exact, which increases are not',
  ],
  ['place-variables', 'Filter Execution Monitoring', 'traders are asked for, wherever they run'],
  ['place-variables', 'Trader Activity', 'traders are asked for, wherever they run'],
  ['place-variables', 'Market Data & WebSocket', 'every machine of an app sees the same market'],
  [
    'place-variables',
    'Signal Pipeline: why zero signals?',
    'a signal is stored once, whichever machine made it',
  ],
];

/** What breaks a rule without an exception, and exceptions that nothing needs. */
function breaches(rule: Rule, found: readonly string[]): string[] {
  const granted = EXCEPTIONS.filter(([of]) => of === rule).map(([, where]) => where);
  const unique = [...new Set(found)];
  return [
    ...unique.filter((where) => !granted.includes(where)),
    ...granted.filter((where) => !unique.includes(where)).map((where) => `stale exception: ${where}`),
  ];
}

/** A variable asks for labels, not for values. */
const ASKED_FOR_LABELS = ['raw-counter'] as const;

const UNITS = new Set([
  'short',
  'none',
  'percentunit',
  's',
  'ms',
  'dtdurations',
  'bytes',
  'cps',
  'eps',
  'mps',
]);
/** Windows that a panel's title or description speaks of; everything else follows Grafana's step. */
const WINDOWS_IN_WORDS = new Map([
  ['10m', /ten minutes/],
  ['15m', /15 minutes|quarter of an hour/],
  ['1h', /hour/i],
  ['30m', /30 minutes|as long a time/],
  ['6h:2m', /as long a time/],
  ['50h:20m', /as long a time/],
]);

describe('the rules of dashboard-linter', () => {
  it('1: exactly one data source variable, "Data source"', () => {
    for (const { templating } of dashboards) {
      const sources = templating.list.filter(({ type }) => type === 'datasource');
      expect(sources.map((one) => [one.name, one.label, one.query])).toEqual([
        ['datasource', 'Data source', 'prometheus'],
      ]);
    }
  });

  it('2: every panel and target uses it (the schema holds the variables to it)', () => {
    expect(panels.filter(({ panel }) => panel.datasource.uid !== '${datasource}')).toEqual([]);
    expect(targets.filter(({ one }) => one.datasource.uid !== '${datasource}')).toEqual([]);
  });

  it('3: app, and where machines are compared region and instance; all multi-select with an "all" that matches anything', () => {
    for (const { one } of variables.filter(({ one }) => one.type === 'query'))
      expect([one.name, one.multi, one.includeAll, one.allValue]).toEqual([one.name, true, true, '.*']);
    const names = (dashboard: Dashboard) => dashboard.templating.list.map((one) => one.name);
    expect(dashboards.filter((dashboard) => !names(dashboard).includes('app'))).toEqual([]);
    const placeless = dashboards.filter(
      (one) => !['region', 'instance'].every((place) => names(one).includes(place)),
    );
    expect(
      breaches(
        'place-variables',
        placeless.map(({ title }) => title),
      ),
    ).toEqual([]);
  });

  it('4: query variables refresh with the time range and ask for a metric and label that exist', () => {
    for (const { one } of variables.filter(({ one }) => one.type === 'query')) {
      expect([one.name, one.refresh]).toEqual([one.name, 2]);
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(one.query) ?? [];
      const query =
        label === '' ? one.query.replace(/^query_result\((.*)\)$/, '$1') : `max by (${label}) (${selector})`;
      expect([one.query, checkExpression(query, { place: 'panel', except: ASKED_FOR_LABELS })]).toEqual([
        one.query,
        [],
      ]);
    }
  });

  it('5: every panel has a title, and a description that says what to do', () => {
    expect(
      panels.filter(({ panel }) => panel.title === '' || panel.description.length < 60).map(name),
    ).toEqual([]);
    const titles = panels.map(name);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('6: every panel has a unit that Grafana knows', () => {
    expect(panels.filter(({ panel }) => !UNITS.has(panel.fieldConfig.defaults.unit)).map(name)).toEqual([]);
  });

  it('7: every panel asks something', () => {
    expect(panels.filter(({ panel }) => panel.targets.length === 0).map(name)).toEqual([]);
  });

  it('8: every expression is PromQL', () => {
    expect(targets.flatMap(({ one }) => problems(one.expr))).toEqual([]);
  });

  it('9: a rate takes $__rate_interval, unless the window is in the panel’s own words', () => {
    const wrong = targets.filter(({ panel, one }) =>
      [...one.expr.matchAll(/\[([^\]]+)\]/g)].some(
        ([, window = '']) =>
          window !== '$__rate_interval' &&
          WINDOWS_IN_WORDS.get(window)?.test(`${panel.title} ${panel.description}`) !== true,
      ),
    );
    expect(breaches('rate-interval', wrong.map(name))).toEqual([]);
  });

  it('10: a counter stands in a rate or increase, or is told to be born (unless … offset)', () => {
    const wrong = targets.filter(({ one }) =>
      [...walk(parseExpression(withoutVariables(one.expr)))].some(
        ([node, around]) =>
          node.kind === 'selector' &&
          knownMetric(node.metric)?.kind === 'counter' &&
          !around.some((one) => one.kind === 'binary' && one.operator === 'unless') &&
          !around.some((one) => one.kind === 'call' && ['rate', 'irate', 'increase'].includes(one.name)),
      ),
    );
    expect(breaches('raw-counter', wrong.map(name))).toEqual([]);
  });

  it('11: every selector asks for the chosen apps', () => {
    const wrong = targets.filter(({ one }) =>
      selectors(one.expr).some(
        ({ matchers }) => !matchers.some(({ label, value }) => label === 'app' && value === '$app'),
      ),
    );
    expect(breaches('app-matcher', wrong.map(name))).toEqual([]);
  });

  it('12: dashboards come from their sources and are not edited in Grafana', () => {
    expect(dashboards.filter(({ editable }) => editable)).toEqual([]);
  });
});

describe('ours on top', () => {
  it('13, 14: metrics, labels and values exist, quantiles keep le, both sides of a ratio are grouped alike', () => {
    const queries = targets.map((target) => ({
      place: 'panel' as const,
      where: name(target),
      expression: target.one.expr,
    }));
    expect(
      queryViolations(queries, [
        {
          rule: 'raw-counter',
          where: 'Signal Pipeline: why zero signals? / Signals Unaccounted For',
          reason: '',
        },
      ]),
    ).toEqual([]);
  });

  it('14: every chosen variable is used, and every used one is declared', () => {
    for (const dashboard of dashboards) {
      const used = new Set(
        dashboard.panels.flatMap((panel) =>
          panel.targets.flatMap(({ expr }) =>
            [...expr.matchAll(/"\$([a-z]+)"/g)].map(([, variable]) => variable),
          ),
        ),
      );
      const declared = dashboard.templating.list
        .filter(({ type }) => type === 'query')
        .map((one) => one.name);
      expect([dashboard.title, [...used].sort()]).toEqual([dashboard.title, declared.sort()]);
    }
  });

  it('15: ids and refIds are unique; the grid is 24 wide, without overlap and without hole', () => {
    for (const dashboard of dashboards) {
      const ids = dashboard.panels.map(({ id }) => id);
      expect(ids).toEqual(ids.map((_, index) => index + 1));
      for (const { targets: own } of dashboard.panels)
        expect(own.map(({ refId }) => refId)).toEqual(own.map((_, index) => String.fromCharCode(65 + index)));
      const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      const height = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
      expect([dashboard.title, new Set(cells).size, cells.length]).toEqual([
        dashboard.title,
        24 * height,
        24 * height,
      ]);
    }
  });

  it('15: uids are unique, and the alerts’ links lead to them', () => {
    const uids = dashboards.map(({ uid }) => uid).sort();
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids).toEqual(DASHBOARDS.map(({ uid }) => uid).sort());
  });

  it('16: the JSON is a bare classic model, with nothing that Grafana removed', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(DASHBOARD_SCHEMA);
    for (const dashboard of dashboards) {
      validate(dashboard);
      expect(
        (validate.errors ?? []).map(
          ({ instancePath, message }) => `${dashboard.title}${instancePath} ${message}`,
        ),
      ).toEqual([]);
    }
  });

  it('16: the schema refuses the first dashboard ever drawn for this machine', () => {
    const validate = new Ajv({ strict: false }).compile(DASHBOARD_SCHEMA);
    const panel = {
      id: 1,
      title: 'Filter Execution Error Rate',
      type: 'graph',
      targets: [{ expr: 'up' }],
      alert: {},
    };
    expect(validate({ dashboard: { title: 'Filter Execution Monitoring', panels: [panel] } })).toBe(false);
  });

  it('links every panel to the runbooks of its alerts', () => {
    for (const { panel } of panels)
      for (const link of panel.links)
        expect(link.url).toMatch(new RegExp(`/${link.title.slice('Runbook: '.length)}\\.md$`));
  });

  it('a count in a tile, bar or table is a whole number', () => {
    const wrong = targets.filter(
      ({ panel, one }) =>
        ['stat', 'bargauge', 'table'].includes(panel.type) &&
        panel.fieldConfig.defaults.unit === 'none' &&
        /^sum by [^\n]*increase\(/.test(one.expr),
    );
    expect(wrong.map(name)).toEqual([]);
  });

  it('a count in a tile, bar or table is not shortened to thousands: 1,180 of 1,240 is not 1 K of 1 K', () => {
    const single = panels.filter(({ panel }) => ['stat', 'bargauge', 'table', 'gauge'].includes(panel.type));
    expect(single.filter(({ panel }) => panel.fieldConfig.defaults.unit === 'short').map(name)).toEqual([]);
  });

  it('the traders’ variable shows names and sends ids, quotes in names included', () => {
    const { regex = '' } = variables.find(({ one }) => one.name === 'trader')?.one ?? {};
    const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/.exec(regex) ?? [];
    const result = '{trader_id="5b0c-1", trader_name="Say \\"RSI\\""} 1 1234';
    const found = [...result.matchAll(new RegExp(pattern, flags))].map(({ groups }) => groups);
    expect(
      Object.assign(
        {},
        ...found.map((groups) =>
          Object.fromEntries(Object.entries(groups ?? {}).filter(([, value]) => value !== undefined)),
        ),
      ),
    ).toEqual({
      text: 'Say \\"RSI\\"',
      value: '5b0c-1',
    });
  });

  it('reads the queries of a runbook, one per paragraph, without its comments', () => {
    expect(queriesOfRunbook('Look:\n```promql\n# how many\nsum(a)\n\nb\n  > 1\n```\n')).toEqual([
      'sum(a)',
      'b\n  > 1',
    ]);
  });
});
