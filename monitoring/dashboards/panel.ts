/** A panel as its author writes it: what it shows and what to do about it. The builder makes Grafana's JSON of it. */

/** Grafana's names of units. */
export type Unit =
  | 'short'
  | 'none'
  | 'percentunit'
  | 's'
  | 'ms'
  | 'dtdurations'
  | 'bytes'
  | 'cps'
  | 'eps'
  | 'mps'
  | 'bool_yes_no';

export type PanelKind = 'timeseries' | 'stat' | 'gauge' | 'bargauge' | 'state-timeline' | 'table';

export interface Query {
  readonly expr: string;
  /** Grafana's pattern: `{{label}}`. In a table, the heading of the column. */
  readonly legend: string;
  /** The newest value alone; otherwise the whole range. */
  readonly instant?: boolean;
  /** Where its limits are not the panel's. */
  readonly steps?: readonly Step[];
}

export type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text';

/** The colour that holds from a value on; the first has none and holds from minus infinity. */
export interface Step {
  readonly from?: number;
  readonly colour: Colour;
}

/** What a value is called, and its colour. */
export interface Word {
  readonly value: number;
  readonly text: string;
  readonly colour: Colour;
}

export interface PanelSpec {
  readonly kind: PanelKind;
  readonly title: string;
  /** What it shows, and what to do when it is red. */
  readonly description: string;
  readonly unit: Unit;
  /** Of 24. */
  readonly width: number;
  readonly queries: readonly Query[];
  /** Alerts whose runbooks the panel links to. */
  readonly runbooks: readonly string[];
  readonly steps?: readonly Step[];
  readonly words?: readonly Word[];
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly stacked?: boolean;
  /** Shortest step of the query, where a cell or bar must span so much time to mean anything. */
  readonly step?: string;
  /** Units of a table's columns, by heading. */
  readonly columnUnits?: Readonly<Record<string, Unit>>;
}

export interface Row {
  readonly height: number;
  readonly panels: readonly PanelSpec[];
}

export interface DashboardSpec {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly variables: readonly ('app' | 'region' | 'instance' | 'trader' | 'interval')[];
  readonly rows: readonly Row[];
}

const GREEN: Step = { colour: 'green' };

/** Green below, red from the limit on; with two limits, yellow between them. */
export function redFrom(limit: number, yellowFrom?: number): readonly Step[] {
  const yellow: readonly Step[] = yellowFrom === undefined ? [] : [{ from: yellowFrom, colour: 'yellow' }];
  return [GREEN, ...yellow, { from: limit, colour: 'red' }];
}

/** Red below the lower limit, green from the upper on. */
export function greenFrom(limit: number, yellowFrom?: number): readonly Step[] {
  const yellow: readonly Step[] = yellowFrom === undefined ? [] : [{ from: yellowFrom, colour: 'yellow' }];
  return [{ colour: 'red' }, ...yellow, { from: limit, colour: 'green' }];
}

/** For what is neither good nor bad. */
export const PLAIN: readonly Step[] = [{ colour: 'blue' }];
