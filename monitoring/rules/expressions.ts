/** Pieces of PromQL that most alerts are made of. */

/** Largest of an app's instances: in a redeploy two overlap, and a sum of levels would count the machine twice. */
export function perApp(selector: string): string {
  return `max by (app) (${selector})`;
}

/** Growth of a counter, restarts included. Instances are summed: each counted what it did itself. */
export function growth(labels: string, selector: string, window: string): string {
  return `sum by (${labels}) (increase(${selector}[${window}]))`;
}

/**
 * Growth of a counter whose series are born by their first event. `increase` starts at a series' first sample and
 * so misses the event that made it: a series that was not there a window ago counts with its whole value.
 */
export function growthFromNothing(labels: string, selector: string, window: string, above: number): string {
  const now = `sum by (${labels}) (${selector})`;
  const before = `sum by (${labels}) (${selector} offset ${window})`;
  return `${growth(labels, selector, window)} > ${above}\nor (${now} unless ${before}) > ${above}`;
}

/** Seconds since the app's process started: the newest one's, where two overlap. */
export const UPTIME_SECONDS = `time() - ${perApp('process_start_time_seconds')}`;
export const HAS_TRADERS = `${perApp('registry_size')} > 0`;

/** Adds `trader_name`, and leaves out what belongs to a trader that has gone. A rename never makes two of one. */
export function named(expression: string): string {
  const names =
    'topk by (app, trader_id) (1, max by (app, trader_id, trader_name) (trader_new_matches) * 0 + 1)';
  return `(\n${indent(expression)}\n)\n* on (app, trader_id) group_left (trader_name) ${names}`;
}

/** The same for what outlives its trader: without a name, but not without a voice. */
export function namedWhileThere(expression: string): string {
  return `${named(expression)}\nor on (app, trader_id) (\n${indent(expression)}\n)`;
}

export function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
