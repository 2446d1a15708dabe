import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { FilterPool } from '../../src/screening/filter-pool';
import { monotonicNowMs } from '../../src/telemetry/monotonic';
import { inSpan } from '../../src/telemetry/spans';
import { ScreeningSpans } from '../../src/telemetry/spans-screening';
import { WorkerTelemetry } from '../../src/telemetry/worker-telemetry';
import { orderFor, WORKER_FILE } from '../support/filter-orders';
import { filterPool } from '../support/filter-pool';
import { testMeter } from '../support/metrics';
import { BOUNDARY_MS, compileError, evaluated, failedRun, screeningBench } from '../support/screening';
import { recordedSpans, tracedLog } from '../support/span-recorder';
import { drawTrace, outsideTheirParents } from '../support/trace-tree';
import { trader } from '../support/traders';

const recorded = recordedSpans();
const traced = { spans: new ScreeningSpans(recorded.spans) };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const executionOf = (traderId: string) => {
  const execution = recorded
    .named('filter.execute')
    .find(({ attributes }) => attributes['trader.id'] === traderId);
  if (!execution) throw new Error(`no execution of ${traderId}`);
  return execution;
};

describe('the trace of a cycle', () => {
  it('has a part for each trader, with its stages, counts and the error type of the metrics', async () => {
    const active: (string | undefined)[] = [];
    const onExecution = () => active.push(trace.getActiveSpan()?.spanContext().spanId);
    const bench = screeningBench([trader('t1'), trader('t2')], ['A', 'B', 'C'], { ...traced, onExecution });
    bench.pool.answers.set('t1', async () => {
      const run = evaluated(['match', 'no_match', 'stale_data']);
      await pause(5);
      return run;
    });
    bench.pool.answers.set('t2', () => failedRun('timeout', 'did not finish within 5000 ms'));
    await bench.screener.runCycle('1m', BOUNDARY_MS);

    expect(drawTrace(recorded.all())).toBe(`screening.cycle
  filter.execute
    filter.queue
    filter.compile
    filter.run
  filter.execute
    filter.queue
    filter.run`);
    expect(outsideTheirParents(recorded.all())).toEqual([]);
    expect(recorded.one('screening.cycle').attributes).toEqual({
      'screening.interval': '1m',
      'screening.boundary': BOUNDARY_MS,
      'screening.traders': 2,
      'screening.symbols': 3,
    });
    const [ok, late] = [executionOf('t1'), executionOf('t2')];
    expect(active.sort()).toEqual([ok.spanId, late.spanId].sort());
    expect(ok.attributes).toMatchObject({
      'screening.interval': '1m',
      'symbols.watched': 3,
      'symbols.evaluated': 2,
      'symbols.skipped': 1,
      'symbols.matched': 1,
      'symbols.new': 1,
      'worker.slot': 0,
    });
    expect(ok.attributes['data.age_seconds']).toBeGreaterThan(0);
    expect(ok.status.code).toBe(SpanStatusCode.UNSET);
    const [stopped] = recorded.named('filter.run').filter(({ parentSpanId }) => parentSpanId === late.spanId);
    for (const span of [late, stopped]) {
      expect(span?.attributes['error.type']).toBe('timeout');
      expect(span?.status).toEqual({
        code: SpanStatusCode.ERROR,
        message: 'did not finish within 5000 ms',
      });
    }
  });

  it('takes the stages’ times from the worker', async () => {
    const bench = screeningBench([trader('t1')], ['A'], traced);
    const startedAtMs = monotonicNowMs() + 5;
    bench.pool.answers.set('t1', async () => {
      await pause(20);
      return { ...evaluated(['match']), startedAtMs, queueMs: 3, compileMs: 1.5, runMs: 2.25 };
    });
    await bench.screener.runCycle('1m', BOUNDARY_MS);
    const ms = ({ startNs, endNs }: { startNs: bigint; endNs: bigint }) => Number(endNs - startNs) / 1e6;
    const [queue, compile, run] = ['filter.queue', 'filter.compile', 'filter.run'].map(recorded.one);
    expect(ms(queue!)).toBeCloseTo(3, 2);
    expect(ms(compile!)).toBeCloseTo(1.5, 2);
    expect(ms(run!)).toBeCloseTo(2.25, 2);
    expect(run!.startNs).toBe(compile!.endNs);
  });

  it('lies on the wall clock as it is at the start, and within itself whatever a worker reports', async () => {
    const bench = screeningBench([trader('t1')], ['A'], traced);
    // A worker whose clock is off by an hour either way.
    for (const offMs of [-3_600_000, 3_600_000]) {
      const startedAtMs = monotonicNowMs() + offMs;
      bench.pool.answers.set('t1', () => ({ ...evaluated(['match']), startedAtMs, queueMs: 1e7 }));
      const before = Date.now();
      await bench.screener.runCycle('1m', BOUNDARY_MS);
      expect(outsideTheirParents(recorded.all())).toEqual([]);
      const begun = Number(recorded.named('screening.cycle').at(-1)!.startNs / 1_000_000n);
      expect(begun).toBeGreaterThanOrEqual(before - 1);
      expect(begun).toBeLessThanOrEqual(Date.now() + 1);
    }
  });

  it('tells where the filter broke: in compiling, in running, or on some symbols only', async () => {
    const bench = screeningBench([trader('t1'), trader('t2')], ['A', 'B'], traced);
    bench.pool.answers.set('t1', () => compileError('Unexpected token (3:5)'));
    const fault = { symbol: 'B', verdict: 'error', message: 'TypeError: no apiKey=k3y' } as const;
    bench.pool.answers.set('t2', () => evaluated(['match', 'error'], fault));
    await bench.screener.runCycle('1m', BOUNDARY_MS);
    const [broken, partly] = [executionOf('t1'), executionOf('t2')];
    expect(recorded.named('filter.run').map(({ parentSpanId }) => parentSpanId)).toEqual([partly.spanId]);
    const compile = recorded
      .named('filter.compile')
      .find(({ parentSpanId }) => parentSpanId === broken.spanId);
    expect(compile?.attributes['error.type']).toBe('compile');
    expect(broken.events).toEqual([
      {
        name: 'exception',
        'exception.type': 'compile',
        'exception.message': 'the filter does not compile: Unexpected token (3:5)',
      },
    ]);
    expect(partly.status.code).toBe(SpanStatusCode.UNSET);
    expect(partly.attributes).not.toHaveProperty('error.type');
    expect(partly.events).toMatchObject([{ 'exception.message': 'TypeError: no apiKey=[redacted]' }]);
  });

  it('is found again by its signals, and only where it is sampled', async () => {
    const bench = screeningBench([trader('t1')], ['A'], traced);
    bench.pool.answers.set('t1', () => evaluated(['match']));
    await bench.screener.runCycle('1m', BOUNDARY_MS);
    const { traceId, spanId } = recorded.one('filter.execute');
    expect(bench.signals.map((signal) => signal.trace)).toMatchObject([{ traceId, spanId }]);

    const untraced = screeningBench([trader('t1')], ['A']);
    untraced.pool.answers.set('t1', () => evaluated(['match']));
    await untraced.screener.runCycle('1m', BOUNDARY_MS);
    expect(untraced.signals).toHaveLength(1);
    expect(untraced.signals[0]).not.toHaveProperty('trace');
    expect(untraced.pool.orders[0]).not.toHaveProperty('traceparent');
  });

  it('has nothing of a trader that was removed meanwhile', async () => {
    const bench = screeningBench([trader('t1'), trader('t2')], ['A'], traced);
    bench.pool.answers.set('t1', () => {
      bench.registry.replaceAll([trader('t2')]);
      return evaluated(['match']);
    });
    await bench.screener.runCycle('1m', BOUNDARY_MS);
    expect(recorded.named('filter.execute').map(({ attributes }) => attributes['trader.id'])).toEqual(['t2']);
  });

  it('is not there for an interval without traders', async () => {
    const bench = screeningBench([trader('t1')], ['A'], traced);
    await bench.screener.runCycle('4h', BOUNDARY_MS);
    expect(recorded.all()).toEqual([]);
  });
});

describe('a worker', () => {
  it('gets the trace context of its task, in the form of the W3C', async () => {
    const workerFile = join(__dirname, '../fixtures/echoes-the-traceparent.js');
    const { pool } = await filterPool({ workerFile });
    const bench = screeningBench([trader('t1')], ['A'], { ...traced, pool });
    await bench.screener.runCycle('1m', BOUNDARY_MS);
    const { traceId, spanId, events } = recorded.one('filter.execute');
    expect(events).toMatchObject([
      { 'exception.message': expect.stringContaining(`00-${traceId}-${spanId}-01`) },
    ]);
  });

  it('reads the clock that main reads', async () => {
    const { pool } = await filterPool();
    for (let task = 0; task < 5; task++) {
      const before = monotonicNowMs();
      const result = await pool.run(orderFor('return true;'));
      const after = monotonicNowMs();
      expect(result.startedAtMs).toBeGreaterThan(before);
      expect(result.startedAtMs + result.runMs).toBeLessThan(after);
    }
  });

  it('that is replaced is told of within the execution that cost it, whoever freed the worker for it', async () => {
    const { log, spanOf } = tracedLog();
    const limits = { workers: 1, timeoutMs: 300, memoryMb: 64, workerFile: WORKER_FILE };
    const pool = new FilterPool(limits, new WorkerTelemetry(testMeter().meter), log);
    await pool.start();
    const run = (name: string, code: string) => {
      const span = recorded.spans.root(name);
      return inSpan(span, () => pool.run(orderFor(code)));
    };
    await Promise.all([run('harmless', 'return true;'), run('endless', 'for (;;) {}')]);
    await pool.stop();
    expect(spanOf('was replaced')).toBe(recorded.one('endless').spanId);
  });
});
