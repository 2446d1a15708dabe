import { SpanKind } from '@opentelemetry/api';
import { OpenSpan } from './open-span';
import type { SpanAttributes } from './span-catalogue';
import type { Spans } from './spans';

type Attributes = SpanAttributes<'<operation> <table>'>;

interface Statement {
  readonly name: string;
  readonly attributes: Attributes;
}

const SUBJECT = /\b(?:insert\s+into|delete\s+from|update|from)\s+("?[a-z_][\w.]*"?)/i;
/** Its `from` names no table. */
const EXTRACT = /\bextract\s*\([^)]*\)/gi;
const STRINGS = /'(?:[^']|'')*'/g;
/** Not the digits of a name or of a parameter's place. */
const NUMBERS = /(?<![\w$])\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/gi;
const SQL_STATE = /^[0-9A-Z]{5}$/;
/** Statements are constants of the code; should one ever be made of values, the memory of them stays bounded. */
const MOST_STATEMENTS = 200;

/** Statements to Postgres, as parts of what is under way: a poll every few seconds is no trace of its own. */
export class DatabaseSpans {
  private readonly statements = new Map<string, Statement>();
  private readonly server: Attributes;

  /** @param url of it only host, port and database are used */
  constructor(
    private readonly spans: Spans,
    url: string,
  ) {
    this.server = serverOf(url);
  }

  statement(text: string): OpenSpan | undefined {
    if (OpenSpan.active() === undefined) return undefined;
    const { name, attributes } = this.statements.get(text) ?? this.remember(text);
    const span = this.spans.start(name, SpanKind.CLIENT);
    if (span?.recording) span.set(attributes);
    return span;
  }

  private remember(text: string): Statement {
    const statement = describe(text, this.server);
    if (this.statements.size < MOST_STATEMENTS) this.statements.set(text, statement);
    return statement;
  }
}

/** @param code the driver's: SQLSTATE where the server refused */
export function statementFailed(
  span: OpenSpan | undefined,
  errorType: string,
  message: string,
  code: unknown,
): void {
  if (!span?.recording) return;
  const sqlState = String(code);
  if (SQL_STATE.test(sqlState)) span.set({ 'db.response.status_code': sqlState } satisfies Attributes);
  span.failed(errorType, message);
}

function describe(text: string, server: Attributes): Statement {
  const operation = /\w+/.exec(text)?.[0].toUpperCase() ?? '';
  const table = SUBJECT.exec(text.replace(EXTRACT, ''))?.[1]?.replaceAll('"', '');
  const attributes = {
    ...server,
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(table !== undefined && { 'db.collection.name': table }),
    'db.query.text': withoutLiterals(text),
  };
  return { name: table === undefined ? operation : `${operation} ${table}`, attributes };
}

export function withoutLiterals(text: string): string {
  return text.replace(STRINGS, '?').replace(NUMBERS, '?').replace(/\s+/g, ' ').trim();
}

function serverOf(url: string): Attributes {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed?.hostname) return {};
  return {
    'server.address': parsed.hostname,
    'server.port': Number(parsed.port || 5432),
    'db.namespace': decodeURIComponent(parsed.pathname.slice(1)),
  };
}
