/** One component's state in `/health`. `failed` makes the machine unhealthy (503); `degraded` does not. */
export interface ComponentHealth {
  readonly status: 'ok' | 'degraded' | 'failed';
  /** What the operator should read: a sentence, no secrets. */
  readonly detail: string;
}
