import { propagation, SpanKind } from '@opentelemetry/api';
import type { OpenSpan } from './open-span';
import type { SpanAttributes } from './span-catalogue';
import type { Spans } from './spans';

/** Parameters that are no secret: everything else in a query is left out. */
const HARMLESS = new Set(['symbol', 'interval', 'limit', 'startTime', 'endTime', 'showPermissionSets']);

/** Requests that the trader makes. */
export class HttpSpans {
  constructor(private readonly spans: Spans) {}

  /** @param shown what may be told of the address: `redacted` */
  request(method: 'GET' | 'POST', url: URL, shown: (url: URL) => string): HttpSpan | undefined {
    const span = this.spans.start(method, SpanKind.CLIENT);
    if (!span) return undefined;
    if (span.recording)
      span.set({
        'http.request.method': method,
        'url.full': shown(url),
        'server.address': url.hostname,
        'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      } satisfies SpanAttributes<'<HTTP method>'>);
    return new HttpSpan(span);
  }
}

export class HttpSpan {
  constructor(private readonly span: OpenSpan) {}

  /** Headers by which whoever answers can go on with the trace. Not for strangers: ids say something of the machine. */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    propagation.inject(this.span.context, headers);
    return headers;
  }

  answered(status: number): void {
    if (!this.span.recording) return;
    this.span.set({ 'http.response.status_code': status } satisfies SpanAttributes<'<HTTP method>'>);
    if (status >= 400) this.span.failed(String(status), `answered with HTTP ${status}`);
  }

  failed(errorType: string, error: unknown): void {
    this.span.failed(errorType, error);
  }

  end(): void {
    this.span.end();
  }
}

/** Without credentials, and without every parameter that is not known to be harmless. */
export function withoutSecrets(url: URL): string {
  const shown = new URL(url);
  if (shown.username || shown.password) [shown.username, shown.password] = ['REDACTED', 'REDACTED'];
  for (const name of new Set(shown.searchParams.keys()))
    if (!HARMLESS.has(name)) shown.searchParams.set(name, 'REDACTED');
  shown.hash = '';
  return shown.href;
}

/** For an address that is a secret as a whole: only whom it goes to. */
export function originOnly(url: URL): string {
  return `${url.protocol}//${url.host}/REDACTED`;
}
