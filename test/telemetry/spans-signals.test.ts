import { describe, expect, it } from '@jest/globals';
import type { Assessment } from '../../src/signals/analysis';
import { AnalysisError } from '../../src/signals/analysis-error';
import type { AnalysisQueueOptions } from '../../src/signals/analysis-options';
import { AnalysisQueue } from '../../src/signals/analysis-queue';
import type { Signal } from '../../src/signals/signal';
import { StateWriter } from '../../src/signals/writer';
import { OpenSpan } from '../../src/telemetry/open-span';
import { inSpan } from '../../src/telemetry/spans';
import { SignalSpans } from '../../src/telemetry/spans-signals';
import { anExecution, aSignal, LABELS, signalMeter, until } from '../support/signal-fixtures';
import { recordedSpans, tracedLog } from '../support/span-recorder';
import { drawTrace } from '../support/trace-tree';

const recorded = recordedSpans();
const spans = new SignalSpans(recorded.spans);
const sqlError = (code: string, message: string) => Object.assign(new Error(message), { code });
const QUICK = { flushIntervalMs: 5, backoffBaseMs: 2, backoffLimitMs: 5 };

/** A signal as an execution hands it on. */
function found(): Signal {
  const execution = recorded.spans.root('filter.execute')!;
  const signal = aSignal({ trace: execution.sampled! });
  execution.end();
  return signal;
}

function aWriter(insert: (signals: readonly Signal[]) => Promise<void>) {
  const { signal, sync } = signalMeter();
  const told = tracedLog();
  const within: (string | undefined)[] = [];
  const others = { insert: async () => void within.push(OpenSpan.active()?.sampled?.spanId) };
  const repositories = { signals: { insert }, executions: others, events: others };
  const writer = new StateWriter(repositories, QUICK, { signal, sync, spans }, told.log);
  return { writer, told, within };
}

describe('signals.persist', () => {
  it('is a trace of its own for each batch, linked to where its signals were found', async () => {
    const { writer } = aWriter(async () => {});
    const [one, other] = [found(), found()];
    const sibling = aSignal({ trace: one.trace! });
    writer.start();
    const signals = [one, other, sibling, ...Array.from({ length: 97 }, () => aSignal())];
    await inSpan(recorded.spans.root('whoever fills the batch'), async () => {
      for (const signal of signals) writer.addSignal(signal, LABELS);
      await until(() => writer.depth('signals') === 0);
    });
    await writer.stop(1000);
    const persist = recorded.one('signals.persist');
    expect(persist.parentSpanId).toBe('');
    expect(persist.links.map(({ spanId }) => spanId)).toEqual([one.trace?.spanId, other.trace?.spanId]);
    expect(persist.attributes).toEqual({
      ...{ 'signals.rows': 100, 'signals.attempt': 1, 'signals.stored': 100, 'signals.dropped': 0 },
      'signals.outcome': 'stored',
    });
  });

  it('counts attempts, with the metrics’ error type and the log line within each', async () => {
    let failures = 2;
    const { writer, told } = aWriter(async () => {
      if (failures-- > 0) throw sqlError('57014', 'canceling statement due to statement timeout');
    });
    writer.start();
    writer.addSignal(found(), LABELS);
    await until(() => writer.depth('signals') === 0);
    await writer.stop(1000);
    const attempts = recorded.named('signals.persist');
    const what = attempts.map(({ attributes }) => [
      ...[attributes['signals.attempt'], attributes['signals.outcome'], attributes['error.type']],
    ]);
    expect(what).toEqual([
      [1, 'failed', 'timeout'],
      [2, 'failed', 'timeout'],
      [3, 'stored', undefined],
    ]);
    const inTheLog = told.lines.map(({ span }) => span);
    expect(inTheLog).toEqual(attempts.map(({ spanId }) => spanId));
    expect(attempts[0]?.events).toMatchObject([
      { 'exception.type': 'timeout', 'exception.message': 'canceling statement due to statement timeout' },
    ]);
  });

  it('tells of a row that the database will never take, without its values', async () => {
    const [good, bad] = [found(), found()];
    const { writer, told } = aWriter(async (signals) => {
      if (signals.includes(bad)) throw sqlError('22P02', 'invalid input syntax for type uuid: "s3cret"');
    });
    for (const signal of [good, bad]) writer.addSignal(signal, LABELS);
    writer.start();
    await until(() => writer.depth('signals') === 0);
    await writer.stop(1000);
    const { attributes, events, spanId, status } = recorded.one('signals.persist');
    expect(attributes).toMatchObject({
      ...{ 'signals.rows': 2, 'signals.stored': 1, 'signals.dropped': 1, 'signals.outcome': 'partial' },
    });
    expect(status.code).toBe(0);
    expect(events).toMatchObject([{ 'exception.message': 'invalid input syntax for type uuid' }]);
    expect(told.spanOf('Dropped the signal')).toBe(spanId);
  });

  it('has nothing of the other queues, which are written outside of whatever filled them', async () => {
    const { writer, within } = aWriter(async () => {});
    writer.start();
    await inSpan(recorded.spans.root('filter.execute'), async () => {
      for (let count = 0; count < 100; count++) writer.addExecution(anExecution());
      await until(() => writer.depth('metrics') === 0);
    });
    await writer.stop(1000);
    expect(within).toEqual([undefined]);
    expect(drawTrace(recorded.all())).toBe('filter.execute');
  });
});

describe('signal.analyze', () => {
  const ASSESSMENT: Assessment = {
    ...{ decision: 'wait', confidence: 0.5, reasoning: 'r', technicalIndicators: {} },
    keyLevels: { support: [], resistance: [], stop: null, target: null },
  };

  function aQueue(analyse: () => Promise<Assessment>, options: Partial<AnalysisQueueOptions> = {}) {
    const told = tracedLog();
    const analyser = { modelName: 'model-1', analyse };
    const store = { insert: async () => recorded.spans.start('INSERT signal_analyses')?.end() };
    const settings = { retryDelayMs: 1, ...options };
    return {
      told,
      queue: new AnalysisQueue(analyser, store, settings, signalMeter().signal, told.log, spans),
    };
  }

  it('links to what stored the signal and to what found it, and knows how long it waited', async () => {
    const { queue } = aQueue(async () => ASSESSMENT, { concurrency: 1 });
    const signals = [found(), found()];
    await inSpan(recorded.spans.root('signals.persist'), async () => {
      for (const signal of signals) queue.submit(signal);
    });
    await until(() => queue.pending() === 0);
    const persist = recorded.one('signals.persist');
    const analyses = recorded.named('signal.analyze');
    expect(analyses.map(({ links }) => links.map(({ spanId }) => spanId))).toEqual(
      signals.map(({ trace }) => [persist.spanId, trace?.spanId]),
    );
    for (const analysis of analyses) {
      expect(drawTrace(recorded.all().filter(({ traceId }) => traceId === analysis.traceId))).toBe(
        'signal.analyze\n  INSERT signal_analyses',
      );
      expect(analysis.attributes).toMatchObject({ 'analysis.model': 'model-1', 'signal.interval': '1m' });
    }
    const [first, second] = analyses.map(({ attributes }) => Number(attributes['analysis.wait_seconds']));
    expect(second).toBeGreaterThan(first!);
  });

  it('that fails says why, and is where the log tells of it', async () => {
    const { queue, told } = aQueue(async () => {
      throw new AnalysisError('http', 'the analysis service answered with HTTP 401', false);
    });
    queue.submit(found());
    await until(() => queue.pending() === 0);
    const { attributes, events, spanId, status } = recorded.one('signal.analyze');
    expect(attributes['error.type']).toBe('http');
    expect(status.code).toBe(2);
    expect(events).toMatchObject([{ 'exception.type': 'AnalysisError' }]);
    expect(told.spanOf('stays without analysis')).toBe(spanId);
  });
});
