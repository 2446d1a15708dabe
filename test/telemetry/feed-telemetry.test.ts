import { describe, expect, it } from '@jest/globals';
import { ExchangeTelemetry } from '../../src/telemetry/exchange-telemetry';
import { KlineTelemetry } from '../../src/telemetry/kline-telemetry';
import { FRAME_TYPES } from '../../src/telemetry/label-values';
import { WorkerTelemetry } from '../../src/telemetry/worker-telemetry';
import { testMeter } from '../support/metrics';

describe('ExchangeTelemetry', () => {
  it('clamps a negative latency to 0 and counts the skew, so that a slow clock is not silent', async () => {
    const page = testMeter();
    const telemetry = new ExchangeTelemetry(page.meter);
    telemetry.frameReceived(-1270);
    telemetry.frameReceived(30);
    expect(await page.value('binance_ws_latency_ms')).toBe(2);
    expect(await page.value('binance_ws_clock_skew_total')).toBe(1);
  });

  it('reads the feed’s own fields at the scrape, one series per closed value', async () => {
    const page = testMeter();
    const frames = { kline: 5, ticker: 1, control: 2, server_shutdown: 0, unknown: 0 };
    const state = {
      connected: true,
      reconnects: 3,
      frames,
      connections: { connecting: 0, open: 2, backoff: 1 },
      symbols: { wanted: 100, subscribed: 99, delivering: 98 },
    };
    new ExchangeTelemetry(page.meter).observeFeed(() => state);
    expect(await page.value('binance_ws_connected', { status: 'connected' })).toBe(1);
    expect((await page.series('binance_ws_connected')).length).toBe(1);
    expect((await page.series('binance_ws_messages_total')).length).toBe(FRAME_TYPES.length);
    expect(await page.value('market_symbols', { state: 'delivering' })).toBe(98);
    expect(await page.value('binance_ws_reconnects_total')).toBe(3);
  });
});

describe('KlineTelemetry', () => {
  it('computes the age at the scrape: it grows while nothing arrives', async () => {
    let nowMs = 10_000;
    const page = testMeter();
    const labels = { symbol: 'BTCUSDT', interval: '1m' };
    const series = [{ labels, lastEventTimeMs: 9000, updates: 4, closedCandles: 500, missing: 1 }];
    new KlineTelemetry(page.meter, () => nowMs).observeSeries(() => series);
    expect(await page.value('kline_data_age_seconds', labels)).toBe(1);
    nowMs = 70_000;
    expect(await page.value('kline_data_age_seconds', labels)).toBe(61);
    expect(await page.value('kline_last_update_timestamp', labels)).toBe(9000);
    expect(await page.value('kline_missing_data_total', labels)).toBe(1);
  });
});

describe('WorkerTelemetry', () => {
  it('keeps one series per slot and adds up its busy time', async () => {
    const page = testMeter();
    const telemetry = new WorkerTelemetry(page.meter);
    telemetry.observePool(2, () => ({ size: 2, active: 1, idle: 1, queued: 4 }));
    telemetry.taskEnded(1, 250);
    telemetry.taskEnded(1, 750);
    expect(await page.value('screener_busy_seconds_total', { worker_id: '0' })).toBe(0);
    expect(await page.value('screener_busy_seconds_total', { worker_id: '1' })).toBe(1);
    expect(await page.value('screener_task_duration_ms', { worker_id: '1' })).toBe(2);
    expect(await page.value('screener_queue_depth')).toBe(4);
  });
});
