import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** One page as it is sent. */
export class ServedPage {
  readonly plain: Buffer;
  #compressed: Promise<Buffer> | undefined;

  constructor(text: string) {
    this.plain = Buffer.from(text);
  }

  /** Compressed once, off the main thread, whoever asks. */
  compressed(): Promise<Buffer> {
    this.#compressed ??= compress(this.plain, { level: constants.Z_BEST_SPEED });
    return this.#compressed;
  }
}

/** However many ask at once, one collection runs; for `maxAgeMs` afterwards its page is given again. */
export class PageCache {
  #page: ServedPage | undefined;
  #renderedAt = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<ServedPage> | undefined;

  constructor(
    private readonly render: () => Promise<string>,
    private readonly maxAgeMs: number,
  ) {}

  /** @throws what `render` threw; the next call tries again. */
  async current(): Promise<ServedPage> {
    if (this.#page !== undefined && performance.now() - this.#renderedAt < this.maxAgeMs) return this.#page;
    this.#inFlight ??= this.#renew().finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  async #renew(): Promise<ServedPage> {
    const page = new ServedPage(await this.render());
    this.#page = page;
    this.#renderedAt = performance.now();
    return page;
  }
}
