/** What a panel's queries return now, ready to be drawn. */
import type { PanelSpec, Query } from '../dashboards/panel';
import type { PrometheusClient, Series, TimeRange } from './prometheus-client';

export interface Line {
  readonly query: Query;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: Series['points'];
}

export interface PanelData {
  readonly lines: readonly Line[];
  /** What the server said where it refused a query. */
  readonly errors: readonly string[];
}

/** Grafana takes four scrapes, or a step and a scrape: a scrape every 15 s, as on Fly, is assumed. */
const SCRAPE_MS = 15_000;

const drawnOverTime = ({ kind }: PanelSpec) => kind === 'timeseries' || kind === 'state-timeline';

/** `{{label}}` → its value; a label that is not there leaves its name out, and the dot beside it. */
export function legendOf(pattern: string, labels: Readonly<Record<string, string>>): string {
  return pattern
    .split(' · ')
    .map((part) => part.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '').trim())
    .filter((part) => part !== '')
    .join(' · ');
}

/** As Grafana would send it, with every variable at "All". */
export function withoutGrafana(expression: string, stepMs: number): string {
  const seconds = Math.ceil(Math.max(4 * SCRAPE_MS, stepMs + SCRAPE_MS) / 1000);
  return expression.replaceAll('$__rate_interval', `${seconds}s`).replaceAll(/"\$[a-z]\w*"/g, '".*"');
}

function shortestStepMs({ step }: PanelSpec): number {
  return step === undefined ? 0 : Number.parseInt(step, 10) * 60_000;
}

export async function panelData(
  panel: PanelSpec,
  client: PrometheusClient,
  range: TimeRange,
): Promise<PanelData> {
  const stepMs = Math.max(
    client.stepMs(range),
    Math.min(shortestStepMs(panel), (range.toMs - range.fromMs) / 10),
  );
  const answers = await Promise.allSettled(
    panel.queries.map(async (query) => {
      const expression = withoutGrafana(query.expr, stepMs);
      const series = drawnOverTime(panel)
        ? await client.range(expression, range, stepMs)
        : await client.instant(expression, range.toMs);
      return series.map(({ labels, points }) => ({
        query,
        name: legendOf(query.legend, labels),
        labels,
        points,
      }));
    }),
  );
  return {
    lines: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
    errors: answers.flatMap((answer) =>
      answer.status === 'rejected' ? [(answer.reason as Error).message] : [],
    ),
  };
}
