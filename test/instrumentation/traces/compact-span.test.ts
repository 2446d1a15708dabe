import { describe, expect, it } from '@jest/globals';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { SpanCompactor } from '../../../instrumentation/traces/compact-span';

const tracer = new NodeTracerProvider().getTracer('test');
const LONG = 'x'.repeat(1_000);

function spanWithTexts(): ReadableSpan {
  const linked = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
  const span = tracer.startSpan(LONG, {
    links: [{ context: linked.spanContext(), attributes: { why: LONG } }],
  });
  span.setAttributes({ long: LONG, short: 'short', list: [LONG, 'b'], whole: 5, yes: true });
  span.setAttribute('many', new Array(10_000).fill(1));
  span.addEvent(LONG, { long: LONG });
  span.setStatus({ code: SpanStatusCode.ERROR, message: LONG });
  span.end();
  return span as unknown as ReadableSpan;
}

describe('a span that waits', () => {
  it('has every text cut, wherever it stands, and says how much text is left', () => {
    const span = spanWithTexts();
    const characters = new SpanCompactor(100).compact(span);
    const cut = LONG.slice(0, 100);
    expect(span.name).toBe(cut);
    expect(span.attributes).toMatchObject({
      long: cut,
      short: 'short',
      list: [cut, 'b'],
      whole: 5,
      yes: true,
    });
    expect(span.attributes.many).toHaveLength(128);
    expect(span.events[0]).toMatchObject({ name: cut, attributes: { long: cut } });
    expect(span.links[0]?.attributes).toEqual({ why: cut });
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: cut });
    expect(characters).toBeGreaterThan(700);
    expect(characters).toBeLessThan(1_000);
  });

  it('keeps texts that fit as they are', () => {
    const span = tracer.startSpan('é🚀 — a name', { attributes: { text: 'é🚀 and more text' } });
    span.end();
    new SpanCompactor(4_096).compact(span as unknown as ReadableSpan);
    expect(span).toMatchObject({ name: 'é🚀 — a name', attributes: { text: 'é🚀 and more text' } });
  });
});
