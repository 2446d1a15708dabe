import { expect, it } from '@jest/globals';
import { StateWriter } from '../../src/signals/writer';
import { logLines } from '../support/log-lines';
import { anEvent, anExecution, aSignal, imbalance, LABELS, signalMeter } from '../support/signal-fixtures';

it('L20: stopping writes every queued item, however many batches that takes', async () => {
  const meter = signalMeter();
  const batches: number[] = [];
  const sink = { insert: async (items: readonly unknown[]) => void batches.push(items.length) };
  const writer = new StateWriter(
    { signals: sink, executions: sink, events: sink },
    { flushIntervalMs: 3_600_000 },
    { signal: meter.signal, sync: meter.sync },
    logLines().log,
  );
  for (let count = 0; count < 730; count++) {
    writer.addSignal(aSignal(), LABELS);
    writer.addExecution(anExecution());
  }
  for (let count = 0; count < 230; count++) writer.addEvent(anEvent());
  writer.start();
  await writer.stop(10_000);
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(730 + 730 + 230);
  expect(Math.max(...batches)).toBe(100);
  expect(await meter.sum('signals_dropped_total')).toBe(0);
  expect(await imbalance(meter, writer)).toBe(0);
});
