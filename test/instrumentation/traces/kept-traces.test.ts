import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, type Span, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { NodeTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { ExportProcessor } from '../../../instrumentation/traces/export-processor';
import { KeptTraces } from '../../../instrumentation/traces/kept-traces';
import { createSampler, decidesByRatio, RecordingSampler } from '../../../instrumentation/traces/sampler';
import type { SpanQueue } from '../../../instrumentation/traces/span-queue';
import type { SamplerSettings } from '../../../instrumentation/traces-settings';

const NOTHING_SAMPLED: SamplerSettings = { kind: 'parent_based', root: { kind: 'ratio', ratio: 0 } };

function traced(sampler = NOTHING_SAMPLED, keep = { errors: true, slowerThanMs: 5_000 }) {
  const exported: ReadableSpan[] = [];
  const queue = { add: (span: ReadableSpan) => exported.push(span) } as unknown as SpanQueue;
  const limits = { maxTextLength: 4_096, maxQueuedCharacters: 1_000_000 };
  const kept = new KeptTraces(keep, limits, (span) => queue.add(span));
  const provider = new NodeTracerProvider({
    sampler: new RecordingSampler(createSampler(sampler), (parent, traceId) => kept.records(parent, traceId)),
    spanProcessors: [new ExportProcessor(queue, kept)],
  });
  const tracer = provider.getTracer('test');
  const child = (parent: Span, name: string, startTime?: number) =>
    tracer.startSpan(name, startTime === undefined ? {} : { startTime }, trace.setSpan(ROOT_CONTEXT, parent));
  return { tracer, child, kept, exported, names: () => exported.map(({ name }) => name) };
}

function fail(span: Span): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
}

describe('a trace that the ratio passed over', () => {
  it('is exported whole when one of its spans has failed, and says that this is why', () => {
    const { tracer, child, exported, names } = traced();
    const root = tracer.startSpan('cycle');
    const [execution, sibling] = [child(root, 'execution'), child(root, 'sibling')];
    const run = child(execution, 'run');
    fail(run);
    for (const span of [run, execution, sibling]) span.end();
    expect(names()).toEqual([]);
    root.end();
    expect(names()).toEqual(['run', 'execution', 'sibling', 'cycle']);
    expect(exported.every((span) => span.spanContext().traceFlags === TraceFlags.SAMPLED)).toBe(true);
    expect(new Set(exported.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(exported.map(({ attributes }) => attributes['sampling.kept_for'])).toEqual([
      undefined,
      undefined,
      undefined,
      'error',
    ]);
  });

  it('is exported when its root took longer than the limit, by the times that it was given', () => {
    const { tracer, exported, names } = traced();
    const began = Date.now() - 10_000;
    tracer.startSpan('slow', { startTime: began }).end(began + 5_001);
    tracer.startSpan('fast', { startTime: began }).end(began + 5_000);
    expect(names()).toEqual(['slow']);
    expect(exported[0]?.attributes['sampling.kept_for']).toBe('slow');
  });

  it('is not exported when nothing is wrong with it, nor are its late spans', () => {
    const { tracer, child, names } = traced();
    const root = tracer.startSpan('cycle');
    const late = child(root, 'late');
    child(root, 'execution').end();
    root.end();
    fail(late);
    late.end();
    expect(names()).toEqual([]);
    expect(child(root, 'later').isRecording()).toBe(false);
  });

  it('that is kept has its late spans exported too, and those begun after it', () => {
    const { tracer, child, names } = traced();
    const root = tracer.startSpan('cycle');
    const late = child(root, 'late');
    fail(root);
    root.end();
    late.end();
    child(root, 'later').end();
    expect(names()).toEqual(['cycle', 'late', 'later']);
  });

  it('of somebody else’s decision is left to them', () => {
    const { tracer, names } = traced();
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0, isRemote: true };
    const span = tracer.startSpan('served', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
    fail(span);
    span.end();
    expect(names()).toEqual([]);
  });

  it('is not kept for a reason that is switched off', () => {
    const { tracer, names } = traced(NOTHING_SAMPLED, { errors: false, slowerThanMs: 0 });
    const span = tracer.startSpan('failed');
    fail(span);
    span.end();
    expect(names()).toEqual([]);
  });

  it.each<[string, SamplerSettings, boolean]>([
    ['a ratio', { kind: 'ratio', ratio: 0.1 }, true],
    ['a ratio at the root', { kind: 'parent_based', root: { kind: 'ratio', ratio: 1 } }, true],
    ['always_off', { kind: 'always_off' }, false],
    ['parentbased_always_off', { kind: 'parent_based', root: { kind: 'always_off' } }, false],
  ])('may be kept where %s decides: %s', (_, sampler, expected) => {
    expect(decidesByRatio(sampler)).toBe(expected);
  });
});

describe('spans held back', () => {
  it('are bounded: the oldest traces are judged by what they have', () => {
    const { tracer, child, exported, names } = traced();
    const failing = tracer.startSpan('failing');
    const run = child(failing, 'run');
    fail(run);
    run.end();
    const roots = Array.from({ length: 1_000 }, () => tracer.startSpan('open'));
    expect(names()).toEqual(['run']);
    failing.end();
    expect(names()).toEqual(['run', 'failing']);
    expect(exported[1]?.attributes['sampling.kept_for']).toBe('error');
    for (const root of roots) {
      fail(root);
      root.end();
    }
    expect(names().length).toBe(2 + 256);
  });

  it('are bounded in their text', () => {
    const { tracer, child, names } = traced();
    const quiet = Array.from({ length: 100 }, () => tracer.startSpan('open'));
    const large = tracer.startSpan('large');
    for (let index = 0; index < 300; index++)
      child(large, 'run').setAttribute('text', 'x'.repeat(4_000)).end();
    for (const span of [...quiet, large]) {
      fail(span);
      span.end();
    }
    expect(names()).toEqual(quiet.map(() => 'open'));
  });

  it('are bounded within one trace, whose spans beyond that are not recorded', () => {
    const { tracer, child, names } = traced();
    const root = tracer.startSpan('cycle');
    for (let index = 0; index < 2_049; index++) child(root, 'execution').end();
    expect(child(root, 'beyond').isRecording()).toBe(false);
    root.end();
    expect(names()).toEqual([]);
  });
});

describe('the end of the process', () => {
  it('does not lose what has failed with a root that never ends', () => {
    const { tracer, child, kept, names } = traced();
    const [failing, fine] = [tracer.startSpan('failing'), tracer.startSpan('fine')];
    const run = child(failing, 'run');
    fail(run);
    run.end();
    child(fine, 'other').end();
    kept.judgeAll();
    expect(names()).toEqual(['run']);
  });
});

describe('a trace that the ratio sampled', () => {
  it('is exported as its spans end, and once', () => {
    const { tracer, child, names } = traced({ kind: 'parent_based', root: { kind: 'ratio', ratio: 1 } });
    const root = tracer.startSpan('cycle');
    const run = child(root, 'run');
    fail(run);
    run.end();
    expect(names()).toEqual(['run']);
    root.end();
    expect(names()).toEqual(['run', 'cycle']);
  });
});
