import type { Dashboard, DashboardLink, GridPos } from '@grafana/schema';
import { DashboardCursorSync } from '@grafana/schema';
import type { DashboardSpec, PanelSpec, Row } from '../panel';
import { grafanaPanel } from './grafana-panel';
import { variables } from './variables';

/** Lowest version that Grafana 10 to 13 all import; each migrates it on load. */
const SCHEMA_VERSION = 39;
const GRID_WIDTH = 24;

const SIBLINGS: DashboardLink = {
  title: 'Trader dashboards',
  type: 'dashboards',
  icon: 'external link',
  tooltip: '',
  tags: ['trader'],
  asDropdown: true,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
  url: '',
};

/** Panels from left to right, rows from top to bottom. @throws Error when a row is not as wide as the grid */
function placed(rows: readonly Row[], title: string): [PanelSpec, GridPos][] {
  let y = 0;
  return rows.flatMap(({ height, panels }) => {
    let x = 0;
    const row = panels.map((panel): [PanelSpec, GridPos] => {
      const position = { h: height, w: panel.width, x, y };
      x += panel.width;
      return [panel, position];
    });
    if (x !== GRID_WIDTH) throw new Error(`Dashboard ${title}: a row is ${x} wide, not ${GRID_WIDTH}`);
    y += height;
    return row;
  });
}

/** The bare model, as Grafana's import page and file provisioning want it. */
export function grafanaDashboard(spec: DashboardSpec): Dashboard {
  return {
    uid: spec.uid,
    title: spec.title,
    description: spec.description,
    tags: [...spec.tags],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    refresh: '30s',
    fiscalYearStartMonth: 0,
    liveNow: false,
    weekStart: '',
    links: [SIBLINGS],
    annotations: { list: [] },
    templating: { list: variables(spec.variables) },
    panels: placed(spec.rows, spec.title).map(([panel, gridPos], index) =>
      grafanaPanel(panel, index + 1, gridPos),
    ),
  };
}
