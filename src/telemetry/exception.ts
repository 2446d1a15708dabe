import { withoutCredentials } from '../redaction';

const LONGEST_MESSAGE = 300;

/** What a span keeps of an error: never a stack, and of a driver's error none of the fields that hold values. */
export interface RecordedException {
  readonly type: string;
  readonly message: string;
}

/** @param errorType stands for the type of what is thrown without one */
export function exceptionOf(error: unknown, errorType: string): RecordedException {
  try {
    const [type, message] = error instanceof Error ? [error.name, error.message] : [errorType, error];
    const text = cut(String(message), 4 * LONGEST_MESSAGE);
    return { type: cut(String(type), 100), message: cut(withoutCredentials(text), LONGEST_MESSAGE) };
  } catch {
    return { type: errorType, message: 'an error that cannot be read' };
  }
}

/** As a copy: a slice would keep the whole text in memory for as long as the span is queued. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${Buffer.from(text.slice(0, length)).toString()}…`;
}
