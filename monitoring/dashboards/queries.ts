/** The pieces that the dashboards' queries are made of. */
import { indent } from '../rules/expressions';
import { CADENCES } from './thresholds';

export const RATE = '$__rate_interval';
export const TRADER = 'app, trader_id';
export const NAMED_TRADER = 'app, trader_id, trader_name';
export const TRADER_LEGEND = '{{trader_name}} · {{app}}';

const braces = (...matchers: readonly string[]) => `{${matchers.filter((one) => one !== '').join(', ')}}`;

export function ofApp(metric: string, matchers = ''): string {
  return metric + braces('app=~"$app"', matchers);
}

export function ofTrader(metric: string, matchers = ''): string {
  return metric + braces('app=~"$app"', 'trader_id=~"$trader"', matchers);
}

export function ofKlines(metric: string, matchers = ''): string {
  return metric + braces('app=~"$app"', 'interval=~"$interval"', matchers);
}

export function ofMachine(metric: string, matchers = ''): string {
  return metric + braces('app=~"$app"', 'region=~"$region"', 'instance=~"$instance"', matchers);
}

export function rate(labels: string, selector: string): string {
  return `sum by (${labels}) (rate(${selector}[${RATE}]))`;
}

/** The result, and zero where nothing happened yet: a panel that says "No data" when all is well frightens. */
export function orZero(expression: string, labels: string, always: string): string {
  return `${expression}\nor on (${labels}) 0 * max by (${labels}) (${always})`;
}

const TWICE: Readonly<Record<string, string>> = {
  '10m': '20m',
  '15m': '30m',
  '30m': '1h',
  '1h': '2h',
  '6h': '12h',
  '50h': '100h',
};

/**
 * How much a counter counted in a window. `increase` starts at a series' first sample, which holds a new trader's first
 * run already, or the very event that made the series: a series that was not there a window ago, nor two windows ago
 * (the scraper may have paused), counts with its whole value.
 */
export function counted(labels: string, selector: string, window: string): string {
  const [length = window] = window.split(':');
  const longAgo = TWICE[length] === undefined ? '' : ` unless ${selector} offset ${TWICE[length]}`;
  const born = `(${selector} unless ${selector} offset ${length}${longAgo})`;
  return `sum by (${labels}) (${born} or increase(${selector}[${window}]))`;
}

export function quantile(q: number, labels: string, bucket: string, window: string = RATE): string {
  return `histogram_quantile(${q}, ${counted(`${labels}, le`, bucket, window)})`;
}

/** Of the windows, each trader's shortest with enough runs. @param judge labelled by (app, trader_id) */
export function byCadence(judge: (window: string) => string): string {
  return CADENCES.map(({ window, runs }) => {
    const enough = `${counted(TRADER, ofTrader('trader_executions_total'), window)} >= ${runs}`;
    return `(\n${indent(judge(window))}\n) and on (${TRADER}) ${enough}`;
  }).join(`\nor on (${TRADER}) `);
}

/** Adds the trader's name for the legend. A rename never makes two of one: any one name is taken. */
export function named(expression: string): string {
  const names = `topk by (${TRADER}) (1, 0 * ${ofTrader('trader_new_matches')} + 1)`;
  return `(\n${indent(expression)}\n) * on (${TRADER}) group_left (trader_name) ${names}`;
}

/** The same for a trader that may not be in the registry, and so has no name: its id stands for it. */
export function namedOrId(expression: string, labels: string): string {
  return `${named(expression)}\nor on (${labels}) label_replace(${expression}, "trader_name", "$1", "trader_id", "(.+)")`;
}
