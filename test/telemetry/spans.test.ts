import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { BOUNDARY_MS, evaluated, failedRun, screeningBench } from '../support/screening';
import { trader } from '../support/traders';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const epochMs = ([seconds, nanoseconds]: [number, number]) => seconds * 1000 + nanoseconds / 1e6;

beforeAll(() => {
  // Brings the context manager: without it no span is the active one.
  provider.register();
});
afterAll(async () => {
  context.disable();
  trace.disable();
  await provider.shutdown();
});

describe('the trace of a cycle', () => {
  it('has one child per trader, with the worker’s times, the counts and the error type of the metrics', async () => {
    const active: (string | undefined)[] = [];
    const bench = screeningBench([trader('t1'), trader('t2')], ['A', 'B', 'C'], {
      tracer: provider.getTracer('test'),
      onExecution: () => active.push(trace.getActiveSpan()?.spanContext().spanId),
    });
    const run = evaluated(['match', 'no_match', 'stale_data']);
    bench.pool.answers.set('t1', () => run);
    bench.pool.answers.set('t2', () => failedRun('timeout', 'timeout after 5000 ms'));
    await bench.screener.runCycle('1m', BOUNDARY_MS);

    const spans = exporter.getFinishedSpans();
    const [cycle] = spans.filter(({ name }) => name === 'screening.cycle');
    const children = spans.filter(({ name }) => name === 'filter.execute');
    expect(cycle?.attributes).toMatchObject({
      'screening.interval': '1m',
      'screening.boundary': BOUNDARY_MS,
      'screening.traders': 2,
      'screening.symbols': 3,
    });
    expect(children.map((span) => span.parentSpanContext?.spanId)).toEqual([
      cycle?.spanContext().spanId,
      cycle?.spanContext().spanId,
    ]);
    expect(active).toEqual([cycle?.spanContext().spanId, cycle?.spanContext().spanId]);
    const [ok, late] = children;
    expect(ok?.attributes).toMatchObject({
      'trader.id': 't1',
      'symbols.watched': 3,
      'symbols.evaluated': 2,
      'symbols.skipped': 1,
      'symbols.matched': 1,
      'symbols.new': 1,
    });
    expect(ok?.attributes['data.age_seconds']).toBeGreaterThan(0);
    expect(epochMs(ok!.endTime) - epochMs(ok!.startTime)).toBeCloseTo(2.5, 3);
    if (run.kind === 'evaluated') expect(epochMs(ok!.startTime)).toBeCloseTo(run.startedAtMs, 2);
    expect(ok?.status.code).toBe(SpanStatusCode.UNSET);
    expect(late?.attributes['error.type']).toBe('timeout');
    expect(late?.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it('makes no span for an interval without traders', async () => {
    exporter.reset();
    const bench = screeningBench([trader('t1')], ['A'], { tracer: provider.getTracer('test') });
    await bench.screener.runCycle('4h', BOUNDARY_MS);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
