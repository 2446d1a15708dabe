import { withoutCredentials } from '../redaction';

const LONGEST_MESSAGE = 300;

/** What a span keeps of an error: never a stack, and of a driver's error none of the fields that hold values. */
export interface RecordedException {
  readonly type: string;
  readonly message: string;
}

/** @param errorType stands for the type of what is thrown without one */
export function exceptionOf(error: unknown, errorType: string): RecordedException {
  const type = error instanceof Error ? error.name : errorType;
  const message = error instanceof Error ? error.message : String(error);
  return { type, message: cut(withoutCredentials(cut(message, 4 * LONGEST_MESSAGE)), LONGEST_MESSAGE) };
}

/** As a copy: a slice would keep the whole text in memory for as long as the span is queued. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${Buffer.from(text.slice(0, length)).toString()}…`;
}
