/** Watches a machine as the status views do: a page a second, a history, a diagnosis of each. */
import { diagnose } from '../../../status/diagnosis/diagnose';
import type { Diagnosis, Finding } from '../../../status/diagnosis/finding';
import { History } from '../../../status/samples/history';
import { parsePage } from '../../../status/samples/parse';
import { readPage } from '../../../status/samples/read';

export interface Observed {
  readonly atMs: number;
  readonly diagnosis: Diagnosis;
}

const EVERY_MS = 1000;

export class StatusObserver {
  readonly history = new History();
  readonly seen: Observed[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Set<(observed: Observed) => void>();

  constructor(private url: string) {}

  start(): this {
    this.timer = setInterval(() => void this.look(), EVERY_MS);
    return this;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The machine was started again, on another port. */
  moveTo(url: string): void {
    this.url = url;
  }

  /** What is wrong, worst first. */
  static wrongs({ findings }: Diagnosis): Finding[] {
    return findings.filter(({ severity }) => severity !== 'notice');
  }

  /** The causes that were named first, one after another, from `sinceMs` on. */
  firstCauses(sinceMs = 0): string[] {
    const causes = this.seen
      .filter(({ atMs }) => atMs >= sinceMs)
      .flatMap(({ diagnosis }) => StatusObserver.wrongs(diagnosis).slice(0, 1))
      .map(({ cause }) => cause);
    return causes.filter((cause, index) => cause !== causes[index - 1]);
  }

  /** @throws Error with the last diagnosis when none satisfies the condition in time */
  until(condition: (diagnosis: Diagnosis) => boolean, what: string, withinMs = 90_000): Promise<Diagnosis> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        const last = JSON.stringify([this.history.latest?.feed, this.seen.at(-1)?.diagnosis], null, 1);
        reject(new Error(`The diagnosis never showed ${what}; first causes ${this.firstCauses()}\n${last}`));
      }, withinMs);
      const check = ({ diagnosis }: Observed) => {
        if (!condition(diagnosis)) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(diagnosis);
      };
      this.waiting.add(check);
    });
  }

  private async look(): Promise<void> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(5000) });
      if (response.status !== 200) return;
      const text = await response.text();
      this.history.add(readPage(parsePage(text), Date.now(), Date.parse(response.headers.get('date') ?? '')));
      const observed = { atMs: Date.now(), diagnosis: diagnose(this.history) };
      this.seen.push(observed);
      for (const check of [...this.waiting]) check(observed);
    } catch {
      // A machine that is down has no page to diagnose.
    }
  }
}
