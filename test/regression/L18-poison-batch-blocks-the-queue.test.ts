import { expect, it } from '@jest/globals';
import type { Signal } from '../../src/signals/signal';
import { StateWriter } from '../../src/signals/writer';
import { logLines } from '../support/log-lines';
import { aSignal, imbalance, LABELS, signalMeter, until } from '../support/signal-fixtures';

it('L18: a row the database never takes does not hold up those behind it', async () => {
  const meter = signalMeter();
  const stored: Signal[] = [];
  const signals = {
    insert: async (batch: readonly Signal[]) => {
      if (batch.some(({ symbol }) => symbol === 'POISON')) {
        throw Object.assign(new Error('violates check constraint'), { code: '23514' });
      }
      stored.push(...batch);
    },
  };
  const ignored = { insert: async () => {} };
  const writer = new StateWriter(
    { signals, executions: ignored, events: ignored },
    { flushIntervalMs: 1, backoffBaseMs: 1 },
    { signal: meter.signal, sync: meter.sync },
    logLines().log,
  );
  writer.addSignal(aSignal({ symbol: 'POISON' }), LABELS);
  for (let count = 0; count < 250; count++) writer.addSignal(aSignal(), LABELS);
  writer.start();
  await until(() => writer.depth('signals') === 0);
  expect(stored).toHaveLength(250);
  expect(await meter.value('signals_dropped_total', { reason: 'constraint' })).toBe(1);
  expect(await imbalance(meter, writer)).toBe(0);
  await writer.stop(1000);
});
