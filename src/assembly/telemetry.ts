import type { Meter, Tracer } from '@opentelemetry/api';
import { FeedStoppedError } from '../market/abort';
import { persistErrorType } from '../storage/persist-error';
import { ExchangeTelemetry } from '../telemetry/exchange-telemetry';
import { FilterTelemetry } from '../telemetry/filter-telemetry';
import { KlineTelemetry } from '../telemetry/kline-telemetry';
import { type Build, MachineTelemetry } from '../telemetry/machine-telemetry';
import { SignalTelemetry } from '../telemetry/signal-telemetry';
import { Spans } from '../telemetry/spans';
import { StartupSpans } from '../telemetry/spans-startup';
import { SyncTelemetry } from '../telemetry/sync-telemetry';
import { TraderTelemetry } from '../telemetry/trader-telemetry';
import { WorkerTelemetry } from '../telemetry/worker-telemetry';

export type Telemetry = ReturnType<typeof assembleTelemetry>;

/** Every stage's instruments, from one meter: what one scrape reads belongs together. */
export function assembleTelemetry(meter: Meter, tracer: Tracer, build: Build, exchangeNow: () => number) {
  const traders = new TraderTelemetry(meter);
  new MachineTelemetry(meter, build, Date.now() - process.uptime() * 1000);
  return {
    spans: new Spans(tracer),
    traders,
    filters: new FilterTelemetry(meter, traders),
    signals: new SignalTelemetry(meter, traders, exchangeNow),
    sync: new SyncTelemetry(meter),
    workers: new WorkerTelemetry(meter),
    exchange: new ExchangeTelemetry(meter),
    kline: new KlineTelemetry(meter),
  };
}

/** What stops a step of the start is most often the database. */
export function assembleStartup({ spans }: Telemetry): StartupSpans {
  const failureOf = (error: unknown) =>
    error instanceof FeedStoppedError ? 'stopped' : persistErrorType(error);
  return new StartupSpans(spans, failureOf);
}
