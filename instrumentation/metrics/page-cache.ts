import { constants, createGzip } from 'node:zlib';

/** One page as it is sent. */
export class ServedPage {
  readonly bytes: number;
  #compressed: Promise<readonly Buffer[]> | undefined;

  constructor(readonly chunks: readonly Buffer[]) {
    this.bytes = totalBytes(chunks);
  }

  /** Compressed once, off the main thread, whoever asks. */
  compressed(): Promise<readonly Buffer[]> {
    this.#compressed ??= compress(this.chunks);
    return this.#compressed;
  }

  toString(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

export function totalBytes(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

async function compress(chunks: readonly Buffer[]): Promise<readonly Buffer[]> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  for (const chunk of chunks) gzip.write(chunk);
  gzip.end();
  const compressed: Buffer[] = [];
  for await (const chunk of gzip) compressed.push(chunk as Buffer);
  return compressed;
}

/** However many ask at once, one collection runs; for `maxAgeMs` afterwards its page is given again. */
export class PageCache {
  #page: ServedPage | undefined;
  #renderedAt = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<ServedPage> | undefined;

  constructor(
    private readonly render: () => Promise<ServedPage>,
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
    const page = await this.render();
    this.#page = page;
    this.#renderedAt = performance.now();
    return page;
  }
}
