/** Answers to SUBSCRIBE and its siblings, with the exchange's nested errors. */
type RequestId = number | string | null;

/** What a request can act on. */
export interface ControlTarget {
  readonly streams: ReadonlySet<string>;
  combined: boolean;
  /** @returns false when the connection may not have so many streams; nothing is subscribed then */
  subscribe(streams: readonly string[]): boolean;
  unsubscribe(streams: readonly string[]): void;
}

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'];
/** The exchange reads no more of a request than this. */
const LONGEST_REQUEST_BYTES = 4096;

class RequestError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function answerControl(connection: ControlTarget, text: string): string {
  let id: RequestId | undefined;
  try {
    const request = parseRequest(text);
    id = requestId(request.id);
    return JSON.stringify({ result: perform(connection, request), id });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return JSON.stringify({
      error: { code: error.code, msg: error.message },
      ...(id === undefined ? {} : { id }),
    });
  }
}

function parseRequest(text: string): Record<string, unknown> {
  if (Buffer.byteLength(text) > LONGEST_REQUEST_BYTES) {
    throw new RequestError(
      3,
      `Invalid JSON: EOF while parsing a string at line 1 column ${LONGEST_REQUEST_BYTES}`,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new RequestError(3, `Invalid JSON: ${jsonProblem(text)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new RequestError(2, 'Invalid request: expected an object');
  }
  return parsed as Record<string, unknown>;
}

function jsonProblem(text: string): string {
  return /^\s*[{[]/.test(text)
    ? `EOF while parsing an object at line 1 column ${text.length}`
    : 'expected value at line 1 column 1';
}

function requestId(id: unknown): RequestId {
  if (id === undefined || id === null) return null;
  if (typeof id === 'number' && Number.isInteger(id)) return id;
  if (typeof id === 'string' && /^[0-9a-zA-Z_-]{1,36}$/.test(id)) return id;
  throw new RequestError(2, 'Invalid request: request ID must be an unsigned integer');
}

function perform(connection: ControlTarget, request: Record<string, unknown>): unknown {
  switch (methodOf(request)) {
    case 'SUBSCRIBE': {
      const allowed = connection.subscribe(streamsOf(request.params));
      if (!allowed) throw new RequestError(4, 'Too many subscriptions');
      return null;
    }
    case 'UNSUBSCRIBE':
      connection.unsubscribe(streamsOf(request.params));
      return null;
    case 'LIST_SUBSCRIPTIONS':
      return [...connection.streams];
    case 'SET_PROPERTY':
      return setProperty(connection, request.params);
    default:
      return getProperty(connection, request.params);
  }
}

function methodOf(request: Record<string, unknown>): string {
  const { method } = request;
  if (method === undefined) {
    const column = JSON.stringify(request).length;
    throw new RequestError(2, `Invalid request: missing field \`method\` at line 1 column ${column}`);
  }
  if (typeof method === 'string' && METHODS.includes(method)) return method;
  const expected = METHODS.map((name) => `\`${name}\``).join(', ');
  throw new RequestError(
    2,
    `Invalid request: unknown variant \`${String(method)}\`, expected one of ${expected}`,
  );
}

/** A stream that does not exist is taken like any other; only a name that cannot be one is refused. */
function streamsOf(params: unknown): string[] {
  const names = Array.isArray(params) ? params : [];
  for (const name of names) {
    if (typeof name !== 'string' || !isStreamName(name))
      throw new RequestError(2, 'Invalid request: invalid stream');
  }
  return names as string[];
}

export function isStreamName(name: string): boolean {
  return /^(![^\s/]+|[^\s/@!]+@[^\s/]+)$/.test(name);
}

function setProperty(connection: ControlTarget, params: unknown): null {
  const [name, value] = propertyParams(params, 2);
  if (name !== 'combined') throw new RequestError(0, 'Unknown property');
  if (typeof value !== 'boolean') throw new RequestError(1, 'Invalid value type: expected Boolean');
  connection.combined = value;
  return null;
}

function getProperty(connection: ControlTarget, params: unknown): boolean {
  const [name] = propertyParams(params, 1);
  if (name !== 'combined') throw new RequestError(0, 'Unknown property');
  return connection.combined;
}

function propertyParams(params: unknown, most: number): unknown[] {
  const values = Array.isArray(params) ? params : [];
  if (values.length > most) throw new RequestError(2, 'Invalid request: too many parameters');
  if (typeof values[0] !== 'string')
    throw new RequestError(2, 'Invalid request: property name must be a string');
  return values;
}
