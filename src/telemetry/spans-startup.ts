import type { OpenSpan } from './open-span';
import type { SpanAttributes } from './span-catalogue';
import { inSpan, type Spans } from './spans';

/** The steps of a start, in their order. */
export type StartStep =
  | 'health'
  | 'database'
  | 'traders'
  | 'workers'
  | 'market'
  | 'matches'
  | 'intervals'
  | 'screening'
  | 'analyses';

/** The machine's start as one trace. */
export class StartupSpans {
  private startup: OpenSpan | undefined;

  /** @param failureOf the closed value for what stopped a step */
  constructor(
    private readonly spans: Spans,
    private readonly failureOf: (error: unknown) => string,
  ) {}

  async whole(machineId: string, body: () => Promise<{ traders: number }>): Promise<void> {
    const span = this.spans.root('machine.startup');
    this.startup = span;
    await inSpan(
      span,
      async () => {
        const { traders } = await body();
        const attributes: SpanAttributes<'machine.startup'> = {
          'machine.id': machineId,
          'startup.traders': traders,
        };
        span?.set(attributes);
      },
      this.failureOf,
    );
  }

  /** `body` tells of each try that failed. */
  async step(name: StartStep, body: (failed: (error: unknown) => void) => Promise<unknown>): Promise<void> {
    const span = this.startup && this.spans.child(`machine.startup.${name}`, this.startup);
    let tries = 1;
    const failed = (error: unknown) => {
      tries++;
      span?.noted(this.failureOf(error), error);
    };
    await inSpan(
      span,
      async () => {
        await body(failed);
        span?.set({ 'startup.tries': tries } satisfies SpanAttributes<'machine.startup.*'>);
      },
      this.failureOf,
    );
  }
}
