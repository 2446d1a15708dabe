import { sayOncePerMinute, withoutSecrets } from '../diagnostics';

/** So many outages a minute have lines of their own; a collector that flaps faster has its lines held back. */
const OUTAGES_TOLD = 4;

const seconds = (ms: number) => `${Math.max(1, Math.round(ms / 1_000))} s`;

/** Tells an operator that spans are lost, why and how many so far, and when that is over. */
export class DeliveryLog {
  readonly #endpoint: string;
  #outages = 0;
  #lost = 0;
  #since: number | undefined;

  constructor(
    endpoint: string,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#endpoint = withoutSecrets(endpoint);
  }

  lost(count: number, said: string): void {
    if (this.#since === undefined) {
      this.#since = this.now();
      this.#lost = 0;
      this.#outages++;
    }
    this.#lost += count;
    const since = this.now() - this.#since;
    this.#say(
      said,
      `spans do not reach ${this.#endpoint}: ${said}; ${this.#lost} lost${since < 1_000 ? '' : ` in ${seconds(since)}`}, the trader is not affected`,
    );
  }

  delivered(count: number, rejected: number): void {
    if (this.#since !== undefined) {
      const outage = seconds(this.now() - this.#since);
      this.#since = undefined;
      this.#say(
        'again',
        `spans reach ${this.#endpoint} again after ${outage}, in which ${this.#lost} were lost`,
      );
    }
    if (rejected > 0)
      sayOncePerMinute(
        'spans partial',
        `${this.#endpoint} took ${count} spans and did not keep ${rejected} of them; its own log has the reason`,
      );
  }

  queueFull(dropped: number): void {
    sayOncePerMinute(
      'spans queue',
      `spans end faster than ${this.#endpoint} takes them: ${dropped} lost at a full queue so far`,
    );
  }

  #say(cause: string, sentence: string): void {
    sayOncePerMinute(`spans ${this.#outages % OUTAGES_TOLD} ${cause}`, sentence);
  }
}
