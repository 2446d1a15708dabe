import { describe, expect, it } from '@jest/globals';
import type { ComponentHealth } from '../src/health';
import { type HealthChange, HealthWatch } from '../src/health-watch';
import { createLogger } from '../src/log';

describe('HealthWatch', () => {
  it('tells of a change once, and of the recovery', () => {
    let status = 'ok' as ComponentHealth['status'];
    const changes: HealthChange['type'][] = [];
    const report = () => ({ status, components: { database: { status, detail: 'as told' } } });
    const watch = new HealthWatch(report, createLogger('silent'));
    const steps: (typeof status)[] = ['ok', 'failed', 'failed', 'degraded', 'ok', 'ok'];
    for (const step of steps) {
      status = step;
      watch.check((change) => changes.push(change.type));
    }
    expect(changes).toEqual(['component_failed', 'component_degraded', 'component_ok']);
  });
});
