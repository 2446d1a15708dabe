import { diagnose } from '../diagnosis/diagnose';
import { History } from '../samples/history';
import { fetchReading, UnreachableError } from './fetch-page';
import type { Look } from './screen';

export const EXIT = { healthy: 0, degraded: 1, unreachable: 2 } as const;

/** Looks at one machine again and again, and remembers. */
export class Looker {
  private readonly history = new History();

  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
  ) {}

  /** Adds a page to the history. @throws UnreachableError */
  async take(): Promise<void> {
    this.history.add(await fetchReading(this.url, this.token));
  }

  /** @throws UnreachableError */
  async look(): Promise<Look> {
    await this.take();
    const now = this.history.latest;
    if (!now) throw new UnreachableError(`${this.url} gave no page`);
    return { url: this.url, history: this.history, now, diagnosis: diagnose(this.history) };
  }
}

export function exitStatusOf({ diagnosis }: Look): number {
  return diagnosis.healthy ? EXIT.healthy : EXIT.degraded;
}
