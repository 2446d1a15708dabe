/**
 * What waits in the queue must be small. V8 makes of `text.slice(0, 100)` a view that keeps all of `text` alive, so that
 * a limit on the length alone frees nothing: strings are copied.
 */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** V8 copies shorter slices itself. */
const SHORTEST_VIEW = 13;
/** Elements of an array; OpenTelemetry limits the number of attributes, events and links by the same figure. */
const MOST_ELEMENTS = 128;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Cuts the texts of ended spans by copy, and tells how much text is left. */
export class SpanCompactor {
  #characters = 0;

  constructor(private readonly maxLength: number) {}

  /** Changes the span itself, which nobody but the exporter reads any more. @returns characters held by it */
  compact(span: ReadableSpan): number {
    this.#characters = 0;
    const own = span as Mutable<ReadableSpan>;
    own.name = this.#text(span.name);
    this.#attributes(span.attributes);
    for (const event of span.events) {
      event.name = this.#text(event.name);
      if (event.attributes !== undefined) this.#attributes(event.attributes);
    }
    for (const { attributes } of span.links) if (attributes !== undefined) this.#attributes(attributes);
    if (span.status.message !== undefined)
      own.status = { ...span.status, message: this.#text(span.status.message) };
    return this.#characters;
  }

  #attributes(attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      this.#characters += name.length;
      if (typeof value === 'string') attributes[name] = this.#text(value);
      else if (Array.isArray(value)) attributes[name] = this.#array(value);
    }
  }

  #array(values: readonly unknown[]): AttributeValue {
    const kept = values.slice(0, MOST_ELEMENTS);
    this.#characters += kept.length;
    return kept.map((value) => (typeof value === 'string' ? this.#text(value) : value)) as AttributeValue;
  }

  #text(text: string): string {
    const kept = text.length < SHORTEST_VIEW ? text : Buffer.from(text.slice(0, this.maxLength)).toString();
    this.#characters += kept.length;
    return kept;
  }
}
