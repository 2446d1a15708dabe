import { describe, expect, it } from '@jest/globals';
import { SignalTelemetry } from '../../src/telemetry/signal-telemetry';
import { traderLabels } from '../../src/telemetry/trader-labels';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { testMeter } from '../support/metrics';

const labels = traderLabels({ id: 't1', name: 'Volume Spike' });
const signal = { traderId: 't1', traderName: 'Volume Spike', symbol: 'BTCUSDT', boundaryMs: 60_000 };

function started(nowMs: number) {
  const page = testMeter();
  const telemetry = new SignalTelemetry(page.meter, new TraderTelemetry(page.meter), () => nowMs);
  return { page, telemetry };
}

describe('SignalTelemetry', () => {
  it('shows totals, drop reasons and latency stages at zero from the first scrape', async () => {
    const { page } = started(0);
    expect(await page.value('signals_analyzed_total')).toBe(0);
    expect(await page.value('signals_failed_total')).toBe(0);
    expect((await page.series('signals_dropped_total')).map(({ value }) => value)).toEqual([0, 0, 0]);
    expect((await page.series('signal_latency_seconds')).map(({ value }) => value)).toEqual([0, 0, 0]);
  });

  it('counts a signal once per stage of its way', async () => {
    const { page, telemetry } = started(61_000);
    telemetry.traderAdded(labels);
    telemetry.generated(signal, labels);
    telemetry.persistFailed('t1', 'timeout');
    telemetry.persisted(signal);
    telemetry.analyzed(signal);
    expect(await page.value('signals_generated_total', { trader_id: 't1', symbol: 'BTCUSDT' })).toBe(1);
    expect(await page.value('trader_signals_total', labels.named)).toBe(1);
    expect(await page.value('signals_persisted_total', labels.id)).toBe(1);
    expect(await page.value('signal_persist_errors_total', { trader_id: 't1', error_type: 'timeout' })).toBe(
      1,
    );
    expect(await page.value('trader_errors_total', { trader_id: 't1', error_type: 'persist' })).toBe(1);
    for (const stage of ['detected', 'persisted', 'analyzed'])
      expect(await page.value('signal_latency_seconds', { stage })).toBe(1);
  });

  it('counts an analysis given up as the trader’s error too', async () => {
    const { page, telemetry } = started(0);
    telemetry.analysisGivenUp('t1');
    expect(await page.value('signals_failed_total')).toBe(1);
    expect(await page.value('trader_errors_total', { trader_id: 't1', error_type: 'analysis' })).toBe(1);
  });
});
