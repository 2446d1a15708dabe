/** The answer to one of our requests. */
export interface ControlReply {
  /** Absent when the exchange could not read the request at all. */
  readonly id: number | undefined;
  readonly error: { readonly code: number; readonly message: string } | undefined;
  readonly result: unknown;
}

type Wire = Readonly<Record<string, unknown>>;

/** Errors come nested on the wire and flat in the documents: both are read. Undefined for anything else. */
export function readControlReply(frame: Wire): ControlReply | undefined {
  const id = typeof frame.id === 'number' ? frame.id : undefined;
  const error = readError(frame.error) ?? readError(frame);
  if (error) return { id, error, result: undefined };
  return 'result' in frame ? { id, error: undefined, result: frame.result } : undefined;
}

function readError(source: unknown): ControlReply['error'] {
  if (typeof source !== 'object' || source === null) return undefined;
  const { code, msg } = source as Wire;
  return typeof code === 'number' && typeof msg === 'string' ? { code, message: msg } : undefined;
}
