import { say } from '../diagnostics';
import type { Address } from './endpoint';

const SILENCE_MS = 120_000;
/** The machine's own look at its page: it must not pass for the platform's. */
const STATUS_PAGE = 'trader-status-page';
const LOOPBACK = /^(127\.|::1$|::ffff:127\.|localhost$)/;

/** Where the platform is to scrape, it says when nobody does: one line per silence. */
export class ScrapeWatch {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly expected: boolean,
    private readonly warn: (line: string) => void = say,
  ) {}

  listening({ host, port }: Address): void {
    if (!this.expected) return;
    if (LOOPBACK.test(host))
      this.warn(
        `metrics are served on ${host} only, where Fly cannot scrape them: set the host in the configuration file to "::"`,
      );
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent(port), SILENCE_MS);
    this.#timer.unref();
  }

  scraped(userAgent?: string): void {
    if (userAgent !== STATUS_PAGE) this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #silent(port: number): void {
    const seconds = SILENCE_MS / 1_000;
    this.warn(
      `nobody has scraped /metrics for ${seconds} s: fly.toml needs [metrics] with port = ${port} and path = "/metrics"`,
    );
  }
}
