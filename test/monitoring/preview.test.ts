import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PanelSpec } from '../../monitoring/dashboards/panel';
import { panelBody } from '../../monitoring/preview/panel-body';
import { legendOf, panelData, withoutGrafana } from '../../monitoring/preview/panel-data';
import { PrometheusClient } from '../../monitoring/preview/prometheus-client';
import { previewReport } from '../../monitoring/preview/report';
import { colourOf, panelText, valueText } from '../../monitoring/preview/value-text';

const RANGE = { fromMs: 1_000_000_000_000, toMs: 1_000_000_600_000 };
const ODD_NAME = '<b>"RSI" & Co</b>';

/** A server that returns two series for everything, nothing for `absent`, and refuses `wrong`. */
function answer(path: string, body: URLSearchParams): object {
  const query = body.get('query') ?? '';
  if (query.includes('wrong')) return { status: 'error', error: 'parse error: unexpected "wrong"' };
  const labels = [
    { app: 'a', instance: 'i', trader_id: '1', trader_name: ODD_NAME },
    { app: 'a', instance: 'j', trader_id: '2', trader_name: 'Momentum' },
  ];
  const seconds = RANGE.fromMs / 1000;
  const result = labels.map((metric, index) =>
    path.endsWith('query_range')
      ? { metric, values: [0, 60, 120].map((later) => [seconds + later, String(index + later / 60)]) }
      : { metric, value: [seconds, String(index + 1)] },
  );
  return { status: 'success', data: { result: query.includes('absent') ? [] : result } };
}

function panel(kind: PanelSpec['kind'], exprs: readonly string[]): PanelSpec {
  const queries = exprs.map((expr) => ({
    expr,
    legend: exprs.length > 1 ? expr : '{{trader_name}} · {{app}}',
  }));
  return { kind, title: 't', description: 'd', unit: 'short', width: 12, queries, runbooks: [] };
}

describe('the preview', () => {
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.end(JSON.stringify(answer(request.url ?? '', new URLSearchParams(body))));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const body = async (one: PanelSpec) =>
    panelBody(one, await panelData(one, new PrometheusClient(url), RANGE), RANGE, 8);

  it.each(['timeseries', 'state-timeline', 'gauge'] as const)(
    'draws a %s as SVG in the page’s own ink',
    async (kind) => {
      const drawn = await body(panel(kind, ['x']));
      expect(drawn).toMatch(/<svg[\s\S]*<\/svg>/);
      expect(drawn).toContain('currentColor');
      expect(drawn).not.toMatch(/#010203|#040506/);
    },
  );

  it.each(['timeseries', 'state-timeline', 'stat', 'bargauge', 'table'] as const)(
    'a %s shows a trader’s name as text, whatever is in it',
    async (kind) => {
      const drawn = await body(panel(kind, ['x']));
      expect(drawn).toContain('&lt;b&gt;');
      expect(drawn).not.toContain('<b>"RSI"');
      expect(drawn).toContain('Momentum');
    },
  );

  it('a table has a row per trader and machine and a column per query', async () => {
    const drawn = await body(panel('table', ['one', 'two', 'absent']));
    expect(drawn.match(/<tr>/g)).toHaveLength(3);
    expect(drawn.match(/<th>[^<]*/g)?.map((head) => head.slice(4))).toEqual([
      'App',
      'Machine',
      'Trader',
      'one',
      'two',
      'absent',
    ]);
    expect(drawn.match(/<td class="number">–/g)).toHaveLength(2);
  });

  it('says "no data" where nothing came, and what the server refused', async () => {
    expect(await body(panel('stat', ['absent']))).toContain('no data');
    const refused = await panelData(panel('stat', ['wrong', 'x']), new PrometheusClient(url), RANGE);
    expect(refused.errors).toEqual(['parse error: unexpected "wrong"']);
    expect(refused.lines).toHaveLength(2);
  });

  it('holds every panel with its description and its query, in one page that loads nothing', async () => {
    const report = await previewReport(url, RANGE);
    expect(report.errors).toEqual([]);
    expect(report.empty).toEqual([]);
    expect(report.html.match(/<article/g)).toHaveLength(report.panels);
    expect(report.html).toContain('Filter Execution Monitoring');
    expect(report.html).toContain('prefers-color-scheme: dark');
    expect(report.html).not.toMatch(/<script|<link|src=|url\((?!#)/);
  });

  it('names the server that does not answer', async () => {
    await expect(previewReport('http://127.0.0.1:1', RANGE)).rejects.toThrow(
      'http://127.0.0.1:1 does not answer',
    );
  });
});

describe('what is sent and shown', () => {
  it('sends what Grafana would send with every variable at "All"', () => {
    expect(withoutGrafana('rate(a{app=~"$app"}[$__rate_interval])', 5000)).toBe('rate(a{app=~".*"}[60s])');
    expect(withoutGrafana('rate(a[$__rate_interval])', 300_000)).toBe('rate(a[315s])');
  });

  it('leaves out of a legend what has no value', () => {
    expect(legendOf('{{trader_name}} · {{error_type}} · {{app}}', { trader_name: 'RSI', app: 'a' })).toBe(
      'RSI · a',
    );
    expect(legendOf('all · {{app}}', {})).toBe('all');
  });

  it.each([
    [0.123, 'percentunit', undefined, '12.3 %'],
    [0.0042, 's', undefined, '4.2 ms'],
    [90, 's', 0, '90 s'],
    [5400, 's', undefined, '90.0 min'],
    [300_000, 'dtdurations', 0, '3.5 d'],
    [250, 'ms', undefined, '250 ms'],
    [1500, 'ms', undefined, '1.5 s'],
    [12_582_912, 'bytes', undefined, '12 MiB'],
    [0, 'bytes', undefined, '0 B'],
    [96.123, 'mps', 1, '96.1 msg/s'],
    [7, 'short', 0, '7'],
  ] as const)('writes %d in %s as Grafana does: %s %s', (value, unit, decimals, text) => {
    expect(valueText(value, unit, decimals)).toBe(text);
  });

  it('gives a value the word and the colour of its step', () => {
    const health: PanelSpec = {
      ...panel('stat', ['x']),
      words: [{ value: 0, text: 'Disconnected', colour: 'red' }],
      steps: [{ colour: 'red' }, { from: 1, colour: 'green' }],
    };
    expect([panelText(health, 0), panelText(health, 1)]).toEqual(['Disconnected', '1']);
    expect(colourOf(health, 1)).not.toBe(colourOf(health, 0));
    expect(colourOf(health, 0.5)).toBe(colourOf(health, 0));
    expect(colourOf(health, 0.5, [{ colour: 'green' }])).toBe(colourOf(health, 1));
  });
});
