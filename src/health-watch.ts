import type { ComponentHealth, HealthReport } from './health';
import type { Logger } from './log';

export interface HealthChange {
  readonly type: 'component_ok' | 'component_degraded' | 'component_failed';
  readonly detail: { readonly component: string; readonly detail: string };
}

const CHECK_MS = 2000;

/** Writes down when a component fails and when it is well again, for the log and the event history. */
export class HealthWatch {
  private readonly last = new Map<string, ComponentHealth['status']>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly report: () => HealthReport,
    private readonly log: Logger,
  ) {}

  start(onChange: (change: HealthChange) => void): void {
    this.timer = setInterval(() => this.check(onChange), CHECK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  check(onChange: (change: HealthChange) => void): void {
    for (const [component, { status, detail }] of Object.entries(this.report().components)) {
      const before = this.last.get(component) ?? 'ok';
      this.last.set(component, status);
      if (status === before) continue;
      const level = status === 'ok' ? 'info' : status === 'degraded' ? 'warn' : 'error';
      this.log[level]({ component }, `Health of ${component} went from ${before} to ${status}: ${detail}`);
      onChange({ type: `component_${status}`, detail: { component, detail } });
    }
  }
}
