/** One component's state in `/health`. `failed` makes the machine unhealthy (503); `degraded` does not. */
export interface ComponentHealth {
  readonly status: 'ok' | 'degraded' | 'failed';
  /** What the operator should read: a sentence, no secrets. */
  readonly detail: string;
}

export type Component = () => ComponentHealth;

export interface HealthReport {
  readonly status: ComponentHealth['status'];
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

/** The machine is as well as its worst component. */
export function reportHealth(components: Readonly<Record<string, Component>>): HealthReport {
  const checked = Object.entries(components).map(([name, check]) => [name, checkSafely(check)] as const);
  const statuses = checked.map(([, { status }]) => status);
  const status = (['failed', 'degraded'] as const).find((one) => statuses.includes(one)) ?? 'ok';
  return { status, components: Object.fromEntries(checked) };
}

function checkSafely(check: Component): ComponentHealth {
  try {
    return check();
  } catch (error) {
    return {
      status: 'failed',
      detail: `the check itself failed: ${error instanceof Error ? error.message : 'unknown'}`,
    };
  }
}
