import { CAUSES, type Cause, CONSEQUENCES } from './causes';
import type { Diagnosis, Finding, Severity, TraderFunnel } from './finding';
import { funnelOf } from './funnel';
import { NOTHING_WRONG, outcomeOf } from './outcome';
import { ofTrader } from './rule';
import { RULES } from './rules';
import { silentSeconds } from './rules/feed-connection';
import { type Screening, screeningsOf } from './screening';
import { THRESHOLDS } from './thresholds';
import { type Source, type View, viewOf } from './view';
import { counted, lasting } from './words';

export interface DiagnosisOptions {
  /** After the start of the process what is missing may still come. Default 60. */
  readonly graceSeconds?: number;
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'notice'];

/**
 * What is wrong with the machine, if anything, and where each trader's funnel closes. Pure: it reads no clock.
 * With one page it says only what one page can tell.
 * @throws Error for an empty history
 */
export function diagnose(
  source: Source,
  { graceSeconds = THRESHOLDS.graceSeconds }: DiagnosisOptions = {},
): Diagnosis {
  const view = viewOf(source, graceSeconds);
  if (!view) throw new Error('There is no reading to diagnose');
  const found = RULES.flatMap((rule) => rule(view)).sort(byRank);
  const blocked = found.some(({ severity }) => severity === 'critical');
  const screenings = screeningsOf(view);
  const wrong = withoutConsequences(found, view);
  const outcomes = blocked ? [] : screenings.flatMap((one) => outcomeFinding(view, one, found));
  const findings = [...wrong, ...outcomes].sort(byRank);
  const traders = screenings.map((one) => funnelFor(view, one, [...found, ...outcomes]));
  const healthy = findings.every(({ severity }) => severity === 'notice');
  return {
    healthy,
    headline: headlineOf(view, findings, traders),
    findings,
    traders: traders.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    windowSeconds: view.windowSeconds,
  };
}

function funnelFor(view: View, screening: Screening, found: readonly Finding[]): TraderFunnel {
  const own = found.filter(({ subject }) => subject.kind === 'trader' && subject.id === screening.trader.id);
  return funnelOf(view, screening, own);
}

/** "Nothing is wrong" is news too, for a trader that gives no signal. */
function outcomeFinding(view: View, screening: Screening, found: readonly Finding[]): Finding[] {
  const { trader } = screening;
  const troubled = found.some(({ subject }) => subject.kind === 'trader' && subject.id === trader.id);
  if (troubled || trader.newMatches !== 0 || screening.evaluated === 0) return [];
  const cause = trader.continuing === 0 ? 'no_match' : 'all_continuing';
  return [
    ofTrader(trader, cause, 'notice', `${outcomeOf(view, screening)} ${NOTHING_WRONG}`, [
      `trader_new_matches ${trader.newMatches}, trader_continuing_matches ${trader.continuing}`,
      `trader_matches_total ${trader.matches}, trader_signals_total ${trader.signals}`,
    ]),
  ];
}

/** What a silence looks like in its first seconds, before it is long enough to be called one. */
const FORERUNNERS: readonly Cause[] = ['closes_missing', 'data_stale'];

function withoutConsequences(found: readonly Finding[], view: View): Finding[] {
  const falling = silentSeconds(view) > THRESHOLDS.arrivingSeconds ? FORERUNNERS : [];
  const explained = new Set([...falling, ...found.flatMap(({ cause }) => CONSEQUENCES[cause] ?? [])]);
  return found.filter(({ cause }) => !explained.has(cause));
}

function byRank(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause) ||
    (a.sentence < b.sentence ? -1 : 1)
  );
}

function headlineOf(view: View, findings: readonly Finding[], traders: readonly TraderFunnel[]): string {
  const [first] = findings;
  const wrong = findings.filter(({ severity }) => severity !== 'notice').length;
  if (first && wrong > 0) return wrong > 1 ? `${first.sentence} (and ${wrong - 1} more)` : first.sentence;
  if (first?.cause === 'starting') return first.sentence;
  const { subscribed = 0 } = view.now.feed.symbols;
  const uptime = view.uptimeSeconds === null ? '' : `, up ${lasting(view.uptimeSeconds)}`;
  return `Healthy: ${counted(traders.length, 'trader')} on ${counted(subscribed, 'symbol')}${uptime}.`;
}
