/** All dashboards with what a Prometheus holds now, as one HTML page that needs nothing else. */
import { DASHBOARDS } from '../dashboards/dashboards';
import type { DashboardSpec, PanelSpec } from '../dashboards/panel';
import { escaped } from './html';
import { panelBody } from './panel-body';
import { type PanelData, panelData } from './panel-data';
import { PrometheusClient, type TimeRange } from './prometheus-client';
import { STYLE } from './style';

export interface Report {
  readonly html: string;
  readonly panels: number;
  /** Panels without any data, as "dashboard / panel". */
  readonly empty: readonly string[];
  /** What the server refused, with the panel. */
  readonly errors: readonly string[];
}

function queryText({ queries }: PanelSpec): string {
  return queries.map(({ expr, legend }) => `<h4>${escaped(legend)}</h4><pre>${escaped(expr)}</pre>`).join('');
}

function panelHtml(panel: PanelSpec, data: PanelData, range: TimeRange, height: number): string {
  const errors = data.errors.map((error) => `<div class="refused">${escaped(error)}</div>`).join('');
  return `<article class="${panel.kind}" style="grid-column: span ${panel.width}">
<h3>${escaped(panel.title)}</h3>
<p>${escaped(panel.description)}</p>
<div class="body">${panelBody(panel, data, range, height)}</div>${errors}
<details><summary>${panel.queries.length === 1 ? 'query' : `${panel.queries.length} queries`}; runbooks: ${panel.runbooks.join(', ')}</summary>${queryText(panel)}</details>
</article>`;
}

interface DrawnDashboard {
  readonly html: string;
  readonly panels: readonly { readonly where: string; readonly data: PanelData }[];
}

async function drawn(
  spec: DashboardSpec,
  client: PrometheusClient,
  range: TimeRange,
): Promise<DrawnDashboard> {
  const panels: { where: string; data: PanelData }[] = [];
  const html: string[] = [];
  for (const { height, panels: row } of spec.rows)
    for (const panel of row) {
      const data = await panelData(panel, client, range);
      panels.push({ where: `${spec.title} / ${panel.title}`, data });
      html.push(panelHtml(panel, data, range, height));
    }
  const head = `<h2 id="${spec.uid}">${escaped(spec.title)}</h2><p class="about">${escaped(spec.description)}</p>`;
  return { html: `<section>${head}<div class="grid">${html.join('\n')}</div></section>`, panels };
}

/** @throws Error when the server does not answer at all */
export async function previewReport(url: string, range: TimeRange): Promise<Report> {
  const client = new PrometheusClient(url);
  await client.instant('vector(1)', range.toMs);
  const all: DrawnDashboard[] = [];
  for (const spec of DASHBOARDS) all.push(await drawn(spec, client, range));
  const panels = all.flatMap((one) => one.panels);
  const links = DASHBOARDS.map(({ uid, title }) => `<a href="#${uid}">${escaped(title)}</a>`).join(' ');
  const span = [range.fromMs, range.toMs]
    .map((time) => new Date(time).toISOString().slice(0, 19))
    .join(' to ');
  return {
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Trader dashboards</title><style>${STYLE}</style></head>
<body><header><h1>Trader dashboards</h1><p>${span} UTC, every app, trader and interval</p><nav>${links}</nav></header>
${all.map(({ html }) => html).join('\n')}
</body></html>
`,
    panels: panels.length,
    empty: panels.filter(({ data }) => data.lines.length === 0).map(({ where }) => where),
    errors: panels.flatMap(({ where, data }) => data.errors.map((error) => `${where}: ${error}`)),
  };
}
