import { expect, it } from '@jest/globals';
import { AnalysisQueue } from '../../src/signals/analysis-queue';
import { signalId } from '../../src/signals/signal-id';
import { StateWriter } from '../../src/signals/writer';
import { logLines } from '../support/log-lines';
import { aSignal, BOUNDARY_MS, LABELS, signalMeter, TRADER_ID, until } from '../support/signal-fixtures';

it('L15: an analysis that fails for good neither delays nor drops the cycle’s other signals', async () => {
  const meter = signalMeter();
  const { log } = logLines();
  const stored: string[] = [];
  const signals = {
    insert: async (batch: readonly { id: string }[]) => void stored.push(...batch.map(({ id }) => id)),
  };
  const ignored = { insert: async () => {} };
  const writer = new StateWriter(
    { signals, executions: ignored, events: ignored },
    { flushIntervalMs: 1 },
    { signal: meter.signal, sync: meter.sync },
    log,
  );
  const analyser = { modelName: 'broken', analyse: () => Promise.reject(new Error('signal not found')) };
  const analysis = new AnalysisQueue(analyser, ignored, { retryDelayMs: 1 }, meter.signal, log);
  writer.onPersisted((signal) => analysis.submit(signal));
  writer.start();
  for (const symbol of ['BTCUSDT', 'ETHUSDT', 'SOLUSDT']) {
    writer.addSignal(aSignal({ id: signalId(TRADER_ID, symbol, '1m', BOUNDARY_MS), symbol }), LABELS);
  }
  await writer.stop(1000);
  await until(() => analysis.pending() === 0);
  expect(stored).toHaveLength(3);
  expect(stored.every((id) => /^[0-9a-f-]{36}$/.test(id))).toBe(true);
  expect(await meter.value('signals_persisted_total', { trader_id: TRADER_ID })).toBe(3);
  expect(await meter.value('signals_failed_total')).toBe(3);
});
