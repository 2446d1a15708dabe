/** Puts the metrics side together: guard → instruments → page → endpoint. */
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { MetricsSettings } from '../settings';
import { AttributeGuard } from './attribute-guard';
import { BearerToken } from './bearer-token';
import { type Address, MetricsEndpoint } from './endpoint';
import { traceBased } from './exemplars';
import type { Family } from './family';
import { GuardedMeterProvider } from './guarded-meter-provider';
import { MetricNames } from './metric-names';
import { MetricsHandler } from './metrics-handler';
import { MetricsPage } from './metrics-page';
import { ObservedCallbacks } from './observed-callbacks';
import { PageCache } from './page-cache';
import { PullReader } from './pull-reader';
import { RecordedInstruments } from './recorded-instrument';
import { ScrapeWatch } from './scrape-watch';
import { SelfTelemetry } from './self-telemetry';
import { SeriesLifetimes } from './series-lifetimes';

const SCOPE = 'trader-observability.instrumentation';

export interface MetricsPipeline {
  /** For the application and for instrumentation packages. */
  readonly provider: GuardedMeterProvider;
  /** Unguarded, for telemetry's own metrics. */
  readonly ownMeter: ReturnType<MeterProvider['getMeter']>;
  readonly page: MetricsPage;
  readonly endpoint: MetricsEndpoint;
}

export function createMetricsPipeline(
  settings: MetricsSettings,
  resource: Resource,
  configOk: boolean,
  onListening: (address: Address) => void,
): MetricsPipeline {
  const own = new PullReader();
  const ownMeter = new MeterProvider({ resource, readers: [own] }).getMeter(SCOPE);
  const ownTelemetry = new SelfTelemetry(ownMeter, configOk);
  const attributes = new AttributeGuard(ownTelemetry);
  const [callbacks, recorded] = [new ObservedCallbacks(), new RecordedInstruments()];
  const provider = new GuardedMeterProvider({
    names: new MetricNames(),
    attributes,
    callbacks,
    recorded,
    rejections: ownTelemetry,
    limits: settings.seriesLimits,
    exemplarOf: settings.exemplars ? traceBased : undefined,
  });
  const constant = settings.targetInfo ? [targetInfo(resource, attributes)] : [];
  const lifetimes = new SeriesLifetimes(settings.lifetimes, settings.lingerMs);
  const sources = { callbacks, recorded, lifetimes, own, ownTelemetry, constant };
  const page = new MetricsPage(sources, settings.collectTimeoutMs);
  const endpoint = createEndpoint(settings, page, ownTelemetry, onListening);
  return { provider, ownMeter, page, endpoint };
}

function createEndpoint(
  settings: MetricsSettings,
  page: MetricsPage,
  ownTelemetry: SelfTelemetry,
  onListening: (address: Address) => void,
): MetricsEndpoint {
  const watch = new ScrapeWatch(settings.scrapesExpected);
  const pages = {
    plain: new PageCache(() => page.render('plain'), settings.maxAgeMs),
    openMetrics: new PageCache(() => page.render('openMetrics'), settings.maxAgeMs),
  };
  const handler = new MetricsHandler(
    pages,
    (code, userAgent) => {
      ownTelemetry.answered(code);
      watch.scraped(userAgent);
    },
    2 * settings.collectTimeoutMs,
    new BearerToken(settings.bearerToken),
  );
  return new MetricsEndpoint(
    settings,
    (request, response) => handler.handle(request, response),
    (address) => {
      onListening(address);
      watch.listening(address);
    },
  );
}

function targetInfo(resource: Resource, guard: AttributeGuard): Family {
  const labels = [guard.clean(resource.attributes)];
  return { name: 'target_info', help: 'Target metadata', unit: '', type: 'info', labels, values: [1] };
}
