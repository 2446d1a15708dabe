import { type Component, reportHealth } from '../health';
import { HealthServer } from '../health-server';
import { HealthWatch } from '../health-watch';
import type { Logger } from '../log';
import type { StatusPage } from '../status-page';

/** What `/health` and the log say of the machine and its components. */
export function assembleHealth(
  about: { readonly machine: string; readonly version: string },
  components: Readonly<Record<string, { health: Component }>>,
  page: StatusPage | undefined,
  log: Logger,
) {
  const checks = Object.fromEntries(
    Object.entries(components).map(([name, part]) => [name, () => part.health()]),
  );
  const report = () => ({ ...about, uptimeSeconds: process.uptime(), ...reportHealth(checks) });
  return { health: new HealthServer(report, page), healthWatch: new HealthWatch(report, log) };
}
