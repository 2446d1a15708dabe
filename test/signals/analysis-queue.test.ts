import { describe, expect, it } from '@jest/globals';
import type { Analyser, Assessment, StoredAnalysis } from '../../src/signals/analysis';
import { AnalysisError } from '../../src/signals/analysis-error';
import type { AnalysisQueueOptions } from '../../src/signals/analysis-options';
import { AnalysisQueue } from '../../src/signals/analysis-queue';
import type { Signal } from '../../src/signals/signal';
import { logLines } from '../support/log-lines';
import { aSignal, signalMeter, TRADER_ID, until } from '../support/signal-fixtures';

const ASSESSMENT: Assessment = {
  decision: 'wait',
  confidence: 0.5,
  reasoning: 'Nothing speaks for it.',
  keyLevels: { support: [1], resistance: [2], stop: null, target: null },
  technicalIndicators: { rsi_14: 50 },
};

function aQueue(
  analyse: (signal: Signal, abort: AbortSignal) => Promise<Assessment>,
  options: Partial<AnalysisQueueOptions> = {},
  store: (analysis: StoredAnalysis) => Promise<void> = async () => {},
) {
  const meter = signalMeter();
  const { log, lines } = logLines();
  const stored: StoredAnalysis[] = [];
  const repository = {
    insert: async (analysis: StoredAnalysis) => {
      await store(analysis);
      stored.push(analysis);
    },
  };
  const analyser: Analyser = { modelName: 'model-1', analyse };
  const queue = new AnalysisQueue(analyser, repository, { retryDelayMs: 1, ...options }, meter.signal, log);
  const counts = async () => [
    await meter.value('signals_analyzed_total'),
    await meter.value('signals_failed_total'),
  ];
  return { queue, meter, lines, stored, counts };
}

describe('AnalysisQueue', () => {
  it('stores an analysis with its signal, model and duration, and counts it then', async () => {
    const { queue, stored, counts } = aQueue(async () => ASSESSMENT);
    const signal = aSignal();
    queue.submit(signal);
    await until(() => queue.pending() === 0);
    expect(stored).toEqual([
      {
        ...ASSESSMENT,
        signalId: signal.id,
        traderId: TRADER_ID,
        modelName: 'model-1',
        latencyMs: expect.any(Number),
      },
    ]);
    expect(await counts()).toEqual([1, 0]);
  });

  it('runs four at a time and counts waiting and running as pending', async () => {
    const answers: (() => void)[] = [];
    const { queue, counts } = aQueue(() => new Promise((resolve) => answers.push(() => resolve(ASSESSMENT))));
    for (let count = 0; count < 10; count++) queue.submit(aSignal());
    expect(answers).toHaveLength(4);
    expect(queue.pending()).toBe(10);
    while (queue.pending() > 0) {
      for (const answer of answers.splice(0)) answer();
      await new Promise(setImmediate);
      expect(answers.length).toBeLessThanOrEqual(4);
    }
    expect(await counts()).toEqual([10, 0]);
  });

  it('refuses a signal when the queue is full, names it and counts it as failed', async () => {
    const { queue, lines, counts } = aQueue(() => new Promise(() => {}), { concurrency: 1, capacity: 2 });
    for (let count = 0; count < 3; count++) queue.submit(aSignal());
    queue.submit(aSignal({ symbol: 'LATEUSDT' }));
    expect(queue.pending()).toBe(3);
    expect(await counts()).toEqual([0, 1]);
    expect(lines).toEqual([expect.objectContaining({ failure: 'queue_full', symbol: 'LATEUSDT' })]);
    await queue.stop();
  });

  it('tries three times, with a signal of its own each time, and then gives up', async () => {
    const tries: AbortSignal[] = [];
    const { queue, lines, counts, meter } = aQueue(async (_, abort) => {
      tries.push(abort);
      throw new AnalysisError('http', 'the service answered with HTTP 503', true);
    });
    queue.submit(aSignal());
    await until(() => queue.pending() === 0);
    expect(new Set(tries).size).toBe(3);
    expect(await counts()).toEqual([0, 1]);
    expect(await meter.value('trader_errors_total', { trader_id: TRADER_ID, error_type: 'analysis' })).toBe(
      1,
    );
    expect(lines).toEqual([expect.objectContaining({ failure: 'http' })]);
    expect(queue.health()).toMatchObject({ status: 'degraded' });
  });

  it('does not repeat a request that was refused for good', async () => {
    let tries = 0;
    const { queue, counts } = aQueue(async () => {
      tries++;
      throw new AnalysisError('http', 'the service answered with HTTP 401', false);
    });
    queue.submit(aSignal());
    await until(() => queue.pending() === 0);
    expect(tries).toBe(1);
    expect(await counts()).toEqual([0, 1]);
  });

  it('ends a try that takes too long, aborts it, and counts a later success', async () => {
    const aborts: AbortSignal[] = [];
    const { queue, counts } = aQueue(
      (_, abort) => {
        aborts.push(abort);
        return aborts.length === 1 ? new Promise(() => {}) : Promise.resolve(ASSESSMENT);
      },
      { tryTimeoutMs: 10 },
    );
    queue.submit(aSignal());
    await until(() => queue.pending() === 0);
    expect(aborts[0]?.aborted).toBe(true);
    expect(await counts()).toEqual([1, 0]);
  });

  it('stores an answer again when the database failed, without asking for it again', async () => {
    let [asked, refusals] = [0, 2];
    const { queue, stored, counts } = aQueue(
      async () => {
        asked++;
        return ASSESSMENT;
      },
      {},
      async () => {
        if (refusals-- > 0) throw Object.assign(new Error('terminated'), { code: '57P01' });
      },
    );
    queue.submit(aSignal());
    await until(() => queue.pending() === 0);
    expect([asked, stored.length]).toEqual([1, 1]);
    expect(await counts()).toEqual([1, 0]);
  });

  it('gives up everything at stop and counts each signal once', async () => {
    const { queue, counts } = aQueue(() => new Promise(() => {}), { concurrency: 2 });
    for (let count = 0; count < 5; count++) queue.submit(aSignal());
    await queue.stop();
    await queue.stop();
    queue.submit(aSignal());
    expect(queue.pending()).toBe(0);
    expect(await counts()).toEqual([0, 6]);
  });

  it('stops in the middle of a retry delay at once', async () => {
    let tries = 0;
    const { queue, counts } = aQueue(
      async () => {
        tries++;
        throw new Error('not yet');
      },
      { retryDelayMs: 3_600_000 },
    );
    queue.submit(aSignal());
    await until(() => tries === 1);
    await queue.stop();
    expect(await counts()).toEqual([0, 1]);
  });
});
