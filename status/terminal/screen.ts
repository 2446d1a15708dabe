/** One look at the machine, as lines: the diagnosis, then what it rests on. */
import type { Diagnosis, Finding, Severity, TraderFunnel } from '../diagnosis/finding';
import { counted, duration, lasting, named, whole } from '../diagnosis/words';
import { added, type Distribution, mean, quantile, since } from '../samples/distribution';
import type { History } from '../samples/history';
import type { Reading } from '../samples/reading';
import type { Paint } from './paint';

export interface Look {
  readonly url: string;
  readonly history: History;
  readonly now: Reading;
  readonly diagnosis: Diagnosis;
}

const MARK_OF = { critical: 'bad', warning: 'concern', notice: 'quiet' } as const;
const FINDINGS_SHOWN = 12;
const TRADERS_SHOWN = 30;

export function screen(look: Look, paint: Paint): string[] {
  return [
    ...title(look, paint),
    ...findings(look.diagnosis, paint),
    ...traders(look.diagnosis, paint),
    ...market(look.now, paint),
    ...machine(look, paint),
  ];
}

function title({ url, now }: Look, paint: Paint): string[] {
  const uptime = now.startedMs === null ? '' : `, up ${lasting((now.machineMs - now.startedMs) / 1000)}`;
  const build = now.version === null ? '' : ` ${now.version} (${(now.gitSha ?? 'unknown').slice(0, 12)})`;
  return paint.text(`Trader machine${build}${uptime} · ${url}`, 'quiet');
}

function findings(diagnosis: Diagnosis, paint: Paint): string[] {
  const wrong = diagnosis.findings.filter(({ severity }) => severity !== 'notice');
  if (wrong.length === 0) return ['', ...paint.marked('good', diagnosis.headline, 0)];
  const rest = wrong.length - FINDINGS_SHOWN;
  return [
    '',
    ...wrong.slice(0, FINDINGS_SHOWN).flatMap((finding) => findingLines(finding, paint)),
    ...(rest > 0 ? paint.text(`and ${rest} more: --json lists them all`, 'quiet', 2) : []),
  ];
}

function findingLines({ severity, sentence, evidence, runbook }: Finding, paint: Paint): string[] {
  return [
    ...paint.marked(MARK_OF[severity], sentence, 0),
    ...evidence.slice(0, 3).flatMap((one) => paint.text(one, 'quiet', 4)),
    ...paint.text(`runbook: ${runbook}`, 'quiet', 4),
  ];
}

const URGENCY: readonly (Severity | null)[] = ['critical', 'warning', 'notice', null];

function traders({ traders: all }: Diagnosis, paint: Paint): string[] {
  if (all.length === 0) return [...paint.heading('Traders'), ...paint.marked('quiet', 'none runs')];
  const urgency = ({ severity }: TraderFunnel) => (severity === 'notice' ? 2 : URGENCY.indexOf(severity));
  const sorted = [...all].sort((a, b) => Math.min(2, urgency(a)) - Math.min(2, urgency(b)));
  const rest = all.length - TRADERS_SHOWN;
  return [
    ...paint.heading('Traders'),
    ...sorted.slice(0, TRADERS_SHOWN).flatMap((trader) => traderLines(trader, paint)),
    ...(rest > 0 ? paint.text(`and ${rest} more: --json lists them all`, 'quiet', 4) : []),
  ];
}

function traderLines(trader: TraderFunnel, paint: Paint): string[] {
  const { name, severity, counts, continuing, sentence } = trader;
  const matching = counts.matched ?? 0;
  const of = `${whole(counts.new ?? 0)} new, ${whole(counts.evaluated === 0 ? 0 : (continuing ?? 0))} continuing`;
  const mark = severity === null || severity === 'notice' ? 'good' : MARK_OF[severity];
  return [
    ...paint.marked(mark, `${named(name)}: ${counted(matching, 'symbol')} matching (${of})`),
    ...paint.text(sentence, 'quiet', 4),
  ];
}

function market({ feed }: Reading, paint: Paint): string[] {
  const { open = 0, connecting = 0, backoff = 0 } = feed.connections;
  const socket =
    feed.connected === null
      ? 'WebSocket: the page does not say'
      : `WebSocket: ${feed.connected ? 'connected' : 'not connected'}, ${open} of ${counted(open + connecting + backoff, 'connection')} open, ${counted(feed.reconnects, 'reconnect')} since the start`;
  const { wanted = 0, subscribed = 0, delivering = 0 } = feed.symbols;
  return [
    ...paint.heading('Market'),
    ...paint.marked(feed.connected === false ? 'bad' : 'good', socket),
    ...paint.marked(
      subscribed < wanted ? 'concern' : 'good',
      `Symbols: ${wanted} wanted, ${subscribed} subscribed, ${delivering} delivering`,
    ),
    ...feed.keySymbols.flatMap(({ symbol, ageSeconds }) => {
      const fresh = ageSeconds < 60;
      const says = `${symbol} last kline: ${lasting(ageSeconds)} ago (${fresh ? 'fresh' : 'stale'})`;
      return paint.marked(fresh ? 'good' : 'concern', says);
    }),
    ...feed.intervals.flatMap(({ interval, series, medianSeconds, stale }) =>
      paint.marked(
        stale > 0 ? 'concern' : 'good',
        `${interval} klines: ${series} series, half younger than ${lasting(Math.max(1, medianSeconds))}, ${stale} stale`,
      ),
    ),
  ];
}

function machine(look: Look, paint: Paint): string[] {
  const { workers, signals } = look.now;
  const { queued, active, idle, size } = workers;
  const waiting = signals.queues.signals ?? 0;
  return [
    ...paint.heading('Machine'),
    ...paint.marked('good', executions(look)),
    ...paint.marked(
      active + idle < size ? 'concern' : 'good',
      `Filter workers: ${active} busy, ${idle} idle of ${size}`,
    ),
    ...paint.marked(
      waiting >= 500 ? 'concern' : 'good',
      `Queue depth: ${counted(waiting, 'signal')} to store, ${counted(signals.pendingAnalysis, 'signal')} to analyse, ${counted(queued, 'filter')} to run`,
    ),
    ...paint.marked(
      'quiet',
      `Signals since the start: ${whole(signals.generated)} found, ${whole(signals.persisted)} stored, ${whole(signals.analyzed)} analysed, ${whole(signals.analysisFailed)} analyses failed`,
    ),
  ];
}

/** Of what was seen to run; where nothing was, of all since the start. */
function executions({ history, now }: Look): string {
  const first = history.ofThisProcess()[0];
  const all = added([...now.traders.values()].map(({ durationSeconds }) => durationSeconds));
  const recent = added(
    [...now.traders.values()].map((one) =>
      since(one.durationSeconds, first?.traders.get(one.id)?.durationSeconds),
    ),
  );
  const seen = first !== now && recent.count > 0;
  const of: Distribution = seen ? recent : all;
  const length = seen && first ? `in the last ${lasting((now.atMs - first.atMs) / 1000)}` : 'since the start';
  return `Filter execution: avg ${duration(mean(of))}, p95 ${duration(quantile(of, 0.95))} (${counted(of.count, 'execution')} ${length})`;
}
