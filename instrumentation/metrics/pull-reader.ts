import { MetricReader } from '@opentelemetry/sdk-metrics';
import { type Family, familyOf } from './family';

/** Telemetry's own label sets are few; its overflow counter has one per metric. */
const UNLIMITED = 2 ** 31;

/** Hands out what telemetry's own instruments hold, cumulated since the start. */
export class PullReader extends MetricReader {
  constructor() {
    super({ cardinalitySelector: () => UNLIMITED });
  }

  async families(): Promise<Family[]> {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .map(familyOf)
      .filter((family) => family !== undefined);
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
