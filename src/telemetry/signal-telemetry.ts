import { type Counter, context, type Histogram, type Meter } from '@opentelemetry/api';
import { FILTER_METRICS } from './catalogue/filter';
import { SIGNAL_METRICS } from './catalogue/signal';
import { counter, declareSeries, histogram, observableGauge } from './instruments';
import {
  DROP_REASONS,
  type DropReason,
  PERSIST_ERROR_TYPES,
  type PersistErrorType,
  SIGNAL_STAGES,
  type SignalStage,
} from './label-values';
import type { TraderLabels } from './trader-labels';
import type { TraderTelemetry } from './trader-telemetry';

/** The part of a signal that metrics need. */
interface MeasuredSignal {
  readonly traderId: string;
  readonly traderName: string;
  readonly symbol: string;
  readonly boundaryMs: number;
}

/** A signal's way: generated, stored or dropped, analysed. */
export class SignalTelemetry {
  private readonly generatedTotal: Counter;
  private readonly traderSignals: Counter;
  private readonly persistedTotal: Counter;
  private readonly persistErrors: Counter;
  private readonly droppedTotal: Counter;
  private readonly latency: Histogram;
  private readonly analyzedTotal: Counter;
  private readonly failedTotal: Counter;

  constructor(
    private readonly meter: Meter,
    private readonly traders: TraderTelemetry,
    private readonly now: () => number = Date.now,
  ) {
    this.generatedTotal = counter(meter, SIGNAL_METRICS.generated);
    this.traderSignals = counter(meter, FILTER_METRICS.signals);
    this.persistedTotal = counter(meter, SIGNAL_METRICS.persisted);
    this.persistErrors = counter(meter, SIGNAL_METRICS.persistErrors);
    this.droppedTotal = counter(meter, SIGNAL_METRICS.dropped);
    this.latency = histogram(meter, SIGNAL_METRICS.latency);
    this.analyzedTotal = counter(meter, SIGNAL_METRICS.analyzed);
    this.failedTotal = counter(meter, SIGNAL_METRICS.failed);
    for (const reason of DROP_REASONS) this.droppedTotal.add(0, { reason });
    for (const stage of SIGNAL_STAGES) declareSeries(this.latency, { stage });
    for (const total of [this.analyzedTotal, this.failedTotal]) total.add(0);
  }

  traderAdded({ id, named }: TraderLabels): void {
    this.traderSignals.add(0, named);
    this.persistedTotal.add(0, id);
    for (const error_type of PERSIST_ERROR_TYPES) this.persistErrors.add(0, { ...id, error_type });
  }

  observePending(pending: () => number): void {
    observableGauge(this.meter, SIGNAL_METRICS.pendingAnalysis).addCallback((result) =>
      result.observe(pending()),
    );
  }

  /** Call in the same turn of the event loop as the enqueueing, or a scrape between them breaks conservation. */
  generated(signal: MeasuredSignal, labels: TraderLabels): void {
    this.takenOver(signal, labels);
    this.reached('detected', signal);
  }

  /** A former process detected it: it is counted here too, since its fate will be, but was detected only once. */
  takenOver(signal: MeasuredSignal, labels: TraderLabels): void {
    this.generatedTotal.add(1, { trader_id: signal.traderId, symbol: signal.symbol });
    this.traderSignals.add(1, labels.named);
  }

  persisted(signal: MeasuredSignal): void {
    this.persistedTotal.add(1, { trader_id: signal.traderId });
    this.reached('persisted', signal);
  }

  /** One failed attempt to store one signal. */
  persistFailed(traderId: string, errorType: PersistErrorType): void {
    this.persistErrors.add(1, { trader_id: traderId, error_type: errorType });
    this.traders.failed(traderId, 'persist');
  }

  dropped(reason: DropReason, count: number): void {
    this.droppedTotal.add(count, { reason });
  }

  analyzed(signal: MeasuredSignal): void {
    this.analyzedTotal.add(1);
    this.reached('analyzed', signal);
  }

  analysisGivenUp(traderId: string): void {
    this.failedTotal.add(1);
    this.traders.failed(traderId, 'analysis');
  }

  /** Each stage calls from within its span, which the exemplar leads to. */
  private reached(stage: SignalStage, signal: MeasuredSignal): void {
    const seconds = Math.max(0, (this.now() - signal.boundaryMs) / 1000);
    this.latency.record(seconds, { stage }, context.active());
  }
}
