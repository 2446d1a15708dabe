import type { VariableModel } from '@grafana/schema';
import { VariableHide, VariableRefresh, VariableSort } from '@grafana/schema';
import { DATASOURCE } from './grafana-panel';

type Name = 'app' | 'region' | 'instance' | 'trader' | 'interval';

interface Choice {
  readonly label: string;
  readonly query: string;
  /** Splits a result into what is shown and what is sent. */
  readonly regex?: string;
}

const TRADERS = 'max by (trader_id, trader_name) (trader_new_matches{app=~"$app"})';

const CHOICES: Readonly<Record<Name, Choice>> = {
  app: { label: 'App', query: 'label_values(registry_size, app)' },
  region: { label: 'Region', query: 'label_values(registry_size{app=~"$app"}, region)' },
  instance: { label: 'Machine', query: 'label_values(registry_size{app=~"$app"}, instance)' },
  trader: {
    label: 'Trader',
    query: `query_result(${TRADERS})`,
    regex: '/trader_name="(?<text>(?:[^"\\\\]|\\\\.)*)|trader_id="(?<value>[^"]*)/g',
  },
  interval: { label: 'Interval', query: 'label_values(kline_updates_total{app=~"$app"}, interval)' },
};

/**
 * Several may be chosen, or all. "All" is `.*` and not `.+`: it matches series without the label too, as in a Prometheus
 * that scrapes a machine at home, where nobody sets Fly's labels.
 */
function queryVariable(name: Name): VariableModel {
  const { label, query, regex } = CHOICES[name];
  return {
    name,
    type: 'query',
    label,
    datasource: DATASOURCE,
    query,
    definition: query,
    ...(regex === undefined ? {} : { regex }),
    refresh: VariableRefresh.onTimeRangeChanged,
    sort: VariableSort.alphabeticalCaseInsensitiveAsc,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
    hide: VariableHide.dontHide,
  } as VariableModel;
}

const datasource = {
  name: 'datasource',
  type: 'datasource',
  label: 'Data source',
  query: 'prometheus',
  refresh: VariableRefresh.onDashboardLoad,
  hide: VariableHide.dontHide,
} as VariableModel;

export function variables(names: readonly Name[]): VariableModel[] {
  return [datasource, ...names.map(queryVariable)];
}
