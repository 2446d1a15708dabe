import { expect, it } from '@jest/globals';
import { AnalysisQueue } from '../../src/signals/analysis-queue';
import { TechnicalAnalyser } from '../../src/signals/technical-analyser';
import { logLines } from '../support/log-lines';
import { aSignal, signalMeter, someCandles, TRADER_ID, until } from '../support/signal-fixtures';

it('L17: an analysis whose row is refused is failed, not analysed, and the log says why', async () => {
  const meter = signalMeter();
  const { log, lines } = logLines();
  const refusing = {
    insert: async () => {
      throw Object.assign(new Error('invalid input syntax for type uuid: ""'), { code: '22P02' });
    },
  };
  const analyser = new TechnicalAnalyser({ recentCandles: () => someCandles(100) });
  const queue = new AnalysisQueue(analyser, refusing, {}, meter.signal, log);
  queue.submit(aSignal({ symbol: 'ETHUSDT' }));
  await until(() => queue.pending() === 0);
  expect(await meter.value('signals_analyzed_total')).toBe(0);
  expect(await meter.value('signals_failed_total')).toBe(1);
  expect(await meter.value('trader_errors_total', { trader_id: TRADER_ID, error_type: 'analysis' })).toBe(1);
  expect(lines).toEqual([
    expect.objectContaining({
      failure: 'persist',
      symbol: 'ETHUSDT',
      msg: expect.stringContaining('constraint: invalid input syntax'),
    }),
  ]);
});
