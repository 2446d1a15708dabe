import { describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import type { Signal } from '../../src/signals/signal';
import { liveSpanContext, OpenSpan } from '../../src/telemetry/open-span';
import { inSpan, Spans } from '../../src/telemetry/spans';
import { DatabaseSpans } from '../../src/telemetry/spans-database';
import { HttpSpans } from '../../src/telemetry/spans-http';
import { MarketSpans } from '../../src/telemetry/spans-market';
import { ScreeningSpans } from '../../src/telemetry/spans-screening';
import { SignalSpans } from '../../src/telemetry/spans-signals';
import { BOUNDARY_MS, evaluated, screeningBench } from '../support/screening';
import { recordedSpans } from '../support/span-recorder';
import { drawTrace, outsideTheirParents } from '../support/trace-tree';
import { trader } from '../support/traders';

const recorded = recordedSpans();
const { spans } = recorded;
const [NO_TRACE, NO_SPAN] = ['0'.repeat(32), '0'.repeat(16)] as const;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a span', () => {
  it('is part of what is under way, unless it is a trace of its own', async () => {
    await inSpan(spans.root('outer'), async () => {
      await inSpan(spans.start('part'), async () => {});
      await inSpan(spans.root('apart'), async () => {});
    });
    expect(drawTrace(recorded.all())).toBe('outer\n  part\napart');
  });

  it('is nobody’s parent once it has ended, although timers made within it still run', async () => {
    let fired: Promise<void> = Promise.resolve();
    await inSpan(spans.root('short'), async () => {
      fired = new Promise((resolve) => {
        setTimeout(() => {
          expect(trace.getActiveSpan()).toBeDefined();
          expect(OpenSpan.active()).toBeUndefined();
          expect(liveSpanContext()).toBeUndefined();
          spans.start('late')?.end();
          resolve();
        }, 5);
      });
    });
    await fired;
    expect(drawTrace(recorded.all())).toBe('short\nlate');
  });

  it('takes what is still open in it along when it ends, and what comes later changes nothing', () => {
    const parent = spans.root('parent')!;
    const child = spans.child('child', parent)!;
    const grandchild = spans.child('grandchild', child)!;
    parent.end();
    grandchild.set({ late: 1 });
    grandchild.failed('late', 'too late');
    grandchild.end();
    child.end();
    expect(drawTrace(recorded.all())).toBe('parent\n  child\n    grandchild');
    expect(outsideTheirParents(recorded.all())).toEqual([]);
    expect(recorded.one('grandchild').attributes).toEqual({});
  });

  it('lies within its parent whatever times are claimed for it', () => {
    const offset = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(offset, offset), { minLength: 1, maxLength: 8 }), (claims) => {
        const parent = spans.root('parent')!;
        for (const [start, end] of claims)
          spans.child('child', parent, parent.startMs + start)?.end(parent.startMs + end);
        parent.end();
        expect(outsideTheirParents(recorded.all())).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps its length while the wall clock jumps, and the next trace is where the clock is then', async () => {
    const { now } = Date;
    const span = spans.root('jumps')!;
    const child = spans.child('child', span)!;
    try {
      Date.now = () => now() + 3_600_000;
      await pause(5);
      child.end();
      span.end();
      spans.root('after')?.end();
    } finally {
      Date.now = now;
    }
    const [jumps, after] = [recorded.one('jumps'), recorded.one('after')];
    expect(Number(jumps.endNs - jumps.startNs) / 1e6).toBeLessThan(10_000);
    expect(outsideTheirParents(recorded.all())).toEqual([]);
    expect(Number(after.startNs - jumps.startNs) / 1e6).toBeGreaterThan(3_500_000);
  });

  it('that is discarded is never seen', () => {
    const parent = spans.root('parent')!;
    spans.child('nothing', parent)?.discard();
    parent.end();
    expect(recorded.all().map(({ name }) => name)).toEqual(['parent']);
  });
});

describe('an error in a span', () => {
  it('passes on, is recorded without stack and credentials, and gives the status', async () => {
    const error = new TypeError('GET https://u:s3cret@host/x?token=s3cret failed, apiKey=s3cret');
    const run = inSpan(
      spans.root('fails'),
      async () => {
        throw error;
      },
      () => 'network',
    );
    await expect(run).rejects.toBe(error);
    const { attributes, events, status } = recorded.one('fails');
    expect(attributes['error.type']).toBe('network');
    expect(status.code).toBe(SpanStatusCode.ERROR);
    const message = 'GET https://host/x failed, apiKey=[redacted]';
    expect(status.message).toBe(message);
    expect(events).toEqual([
      { name: 'exception', 'exception.type': 'TypeError', 'exception.message': message },
    ]);
  });

  it('is cut, whatever was thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (thrown) => {
        const span = spans.root('anything')!;
        span.failed('unknown', thrown);
        span.end();
      }),
    );
    const span = spans.root('long')!;
    span.failed('unknown', new Error('x'.repeat(1e6)));
    span.end();
    expect(recorded.one('long').status.message?.length).toBeLessThan(310);
  });
});

describe('where nobody collects', () => {
  const noop = new Spans(noopTracer());

  it('there is no span, and what runs in it runs all the same', async () => {
    expect(noop.root('nothing')).toBeUndefined();
    expect(noop.start('nothing')).toBeUndefined();
    expect(await inSpan(noop.root('nothing'), async () => 7)).toBe(7);
  });

  it('nothing is built for a span: no attribute, no link, no text', async () => {
    const asked: string[] = [];
    const refuse = new Proxy(trace.wrapSpanContext({ traceId: NO_TRACE, spanId: NO_SPAN, traceFlags: 0 }), {
      get(span, key) {
        if (key === 'spanContext') return () => span.spanContext();
        throw new Error(`${String(key)} of a span that nobody collects`);
      },
    });
    const startSpan: Tracer['startSpan'] = (name, options = {}) => {
      asked.push(`${name} ${Object.keys(options).sort()}`);
      return refuse;
    };
    const nobody = new Spans({ startSpan, startActiveSpan: () => undefined as never });
    const unread = new Proxy({} as Signal, {
      get: (_, key) => {
        throw new Error(`${String(key)} of a signal was read`);
      },
    });
    const bench = screeningBench([trader('t1')], ['A'], { spans: new ScreeningSpans(nobody) });
    bench.pool.answers.set('t1', () => evaluated(['match']));
    await bench.screener.runCycle('1m', BOUNDARY_MS);
    expect(bench.signals[0]).not.toHaveProperty('trace');
    expect(bench.pool.orders[0]).not.toHaveProperty('traceparent');
    const signals = new SignalSpans(nobody);
    signals.persist([unread], 1);
    signals.analysis(unread, signals.origin(), 1, 'model');
    const market = new MarketSpans(nobody);
    market.connect(1, 2, 'first');
    market.backfill('1m');
    new DatabaseSpans(nobody, 'postgres://h/d').statement('select 1');
    new HttpSpans(nobody).request('GET', new URL('https://host/'), () => {
      throw new Error('an address was made');
    });
    const options = 'kind,startTime';
    expect(asked).toEqual(
      [
        'screening.cycle',
        'signals.persist',
        'signal.analyze',
        'exchange.connect',
        'market.backfill',
        'GET',
      ].map((name) => `${name} ${options}`),
    );
  });

  it('there is a span to pass on the decision, but it keeps nothing, when a trace is not sampled', async () => {
    const off = new NodeTracerProvider({ sampler: new AlwaysOffSampler() });
    const unsampled = new Spans(off.getTracer('test'));
    await inSpan(unsampled.root('unseen'), async () => {
      const active = OpenSpan.active()!;
      expect(active.recording).toBe(false);
      expect(active.sampled).toBeNull();
      expect(active.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      expect(OpenSpan.active()?.context).toBe(context.active());
      spans.start('part')?.end();
    });
    expect(recorded.all()).toEqual([]);
  });

  function noopTracer(): Tracer {
    const span = trace.wrapSpanContext({ traceId: NO_TRACE, spanId: NO_SPAN, traceFlags: 0 });
    return { startSpan: () => span, startActiveSpan: () => undefined as never };
  }
});

describe('a log line', () => {
  it('carries the ids of the span it is written in, and none where there is none', () => {
    const span = spans.root('told')!;
    const { traceId, spanId } = span.sampled!;
    expect(span.within(() => liveSpanContext())).toMatchObject({ traceId, spanId });
    span.end();
    expect(span.within(() => liveSpanContext())).toBeUndefined();
    expect(context.with(ROOT_CONTEXT, () => liveSpanContext())).toBeUndefined();
  });
});
