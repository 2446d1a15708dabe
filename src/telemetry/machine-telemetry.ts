import type { Meter } from '@opentelemetry/api';
import { MACHINE_METRICS } from './catalogue/machine';
import { observableGauge } from './instruments';

export interface Build {
  readonly version: string;
  readonly gitSha: string;
}

/** Which build runs, and since when. */
export class MachineTelemetry {
  constructor(meter: Meter, build: Build, startTimeMs: number) {
    const labels = Object.freeze({ version: build.version, git_sha: build.gitSha });
    observableGauge(meter, MACHINE_METRICS.buildInfo).addCallback((result) => result.observe(1, labels));
    observableGauge(meter, MACHINE_METRICS.startTime).addCallback((result) =>
      result.observe(startTimeMs / 1000),
    );
  }
}
