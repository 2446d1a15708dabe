import { randomUUID } from 'node:crypto';
import type { Candle } from '../../src/market/kline';
import type { ExecutionRecord } from '../../src/screening/execution-record';
import type { MachineEvent } from '../../src/signals/machine-event';
import type { Signal } from '../../src/signals/signal';
import type { StateWriter } from '../../src/signals/writer';
import { SignalTelemetry } from '../../src/telemetry/signal-telemetry';
import { SyncTelemetry } from '../../src/telemetry/sync-telemetry';
import { traderLabels } from '../../src/telemetry/trader-labels';
import { TraderTelemetry } from '../../src/telemetry/trader-telemetry';
import { testMeter } from './metrics';

export const TRADER_ID = '11111111-1111-4111-8111-111111111111';
export const LABELS = traderLabels({ id: TRADER_ID, name: 'RSI Oversold' });
export const BOUNDARY_MS = Date.UTC(2026, 0, 1, 12, 0);

export function aSignal(overrides: Partial<Signal> = {}): Signal {
  return {
    id: randomUUID(),
    traderId: TRADER_ID,
    traderName: 'RSI Oversold',
    symbol: 'BTCUSDT',
    interval: '1m',
    boundaryMs: BOUNDARY_MS,
    price: 50_000.5,
    changePercent: -1.25,
    quoteVolume: 1e9,
    conditions: ['RSI < 30', 'volume "high"'],
    createdAtMs: BOUNDARY_MS + 120,
    machineId: 'machine-1',
    ...overrides,
  };
}

export function anExecution(overrides: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    traderId: TRADER_ID,
    machineId: 'machine-1',
    interval: '1m',
    boundaryMs: BOUNDARY_MS,
    revision: 'r1',
    startedAtMs: BOUNDARY_MS + 20.5,
    durationMs: 12.5,
    errorType: null,
    evaluated: 98,
    skipped: { no_data: 1, insufficient_history: 0, stale_data: 0, error: 1, bad_return: 0 },
    newMatches: 1,
    continuingMatches: 1,
    matchedSymbols: ['BTCUSDT', 'ETHUSDT'],
    ...overrides,
  };
}

export function anEvent(overrides: Partial<MachineEvent> = {}): MachineEvent {
  return {
    id: randomUUID(),
    machineId: 'machine-1',
    type: 'started',
    atMs: BOUNDARY_MS,
    detail: { traders: 4 },
    ...overrides,
  };
}

/** A slow wave on a slope: every candle whole and consistent. */
export function someCandles(count: number, slope = 0.2, fromMs = BOUNDARY_MS - count * 60_000): Candle[] {
  return Array.from({ length: count }, (_, index) => {
    const open = 100 + index * slope + Math.sin(index / 5);
    const close = 100 + (index + 1) * slope + Math.sin((index + 1) / 5);
    return {
      openTimeMs: fromMs + index * 60_000,
      open,
      high: Math.max(open, close) + 0.3,
      low: Math.min(open, close) - 0.3,
      close,
      volume: 10 + (index % 7),
      quoteVolume: 1000,
      trades: 50,
      takerBuyBase: 5,
      takerBuyQuote: 500,
    };
  });
}

/** The signal stage's telemetry on a meter of its own, and the conservation equation read from it. */
export function signalMeter() {
  const meter = testMeter();
  const traders = new TraderTelemetry(meter.meter);
  const signal = new SignalTelemetry(meter.meter, traders);
  const sync = new SyncTelemetry(meter.meter);
  signal.traderAdded(LABELS);
  const sum = async (name: string) =>
    (await meter.series(name)).reduce((total, { value }) => total + value, 0);
  return { ...meter, signal, sync, sum };
}

/** generated − persisted − queued − dropped, all read in the same instant; 0 or something was lost or made up. */
export async function imbalance(meter: ReturnType<typeof signalMeter>, writer: StateWriter): Promise<number> {
  const depth = writer.depth('signals');
  const [generated, persisted, dropped] = await Promise.all(
    ['signals_generated_total', 'signals_persisted_total', 'signals_dropped_total'].map(meter.sum),
  );
  return (generated ?? 0) - (persisted ?? 0) - depth - (dropped ?? 0);
}

export async function until(condition: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error(`Not within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
