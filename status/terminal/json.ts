import type { Look } from './screen';

/** Control and format characters that JSON lets through raw: in a terminal they would act. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** For scripts. One line where `indent` is 0. */
export function lookAsJson({ url, now, diagnosis }: Look, indent: number): string {
  const uptimeSeconds = now.startedMs === null ? null : (now.machineMs - now.startedMs) / 1000;
  const { connected, connections, symbols, reconnects, keySymbols, intervals } = now.feed;
  const { version, gitSha, workers } = now;
  const { queues, generated, persisted, dropped, pendingAnalysis, analyzed, analysisFailed } = now.signals;
  return safe(
    {
      status: diagnosis.healthy ? 'healthy' : 'degraded',
      url,
      at: new Date(now.atMs).toISOString(),
      machine: { version, gitSha, uptimeSeconds },
      ...diagnosis,
      market: { connected, connections, symbols, reconnects, keySymbols, intervals },
      workers,
      signals: { generated, persisted, dropped, queues, pendingAnalysis, analyzed, analysisFailed },
    },
    indent,
  );
}

export function problemAsJson(url: string, problem: string, indent: number): string {
  return safe({ status: 'unreachable', url, problem }, indent);
}

function safe(value: unknown, indent: number): string {
  const escaped = (char: string) =>
    char === '\n' ? char : Array.from({ length: char.length }, (_, at) => unit(char, at)).join('');
  return JSON.stringify(value, null, indent).replace(ACTING, escaped);
}

function unit(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
}
