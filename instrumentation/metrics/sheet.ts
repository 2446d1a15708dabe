const SCRATCH_BYTES = 256 * 1024;
/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES_PER_UNIT = 3;

/** What a page is written on: bytes in chunks, since one piece of many megabytes is slow to get and to copy. */
export class Sheet {
  readonly #chunks: Buffer[] = [];
  readonly #scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  #used = 0;

  write(text: string): void {
    const most = text.length * MOST_BYTES_PER_UNIT;
    if (most > SCRATCH_BYTES - this.#used) this.#turn();
    if (most > SCRATCH_BYTES) this.#chunks.push(Buffer.from(text));
    else this.#used += this.#scratch.write(text, this.#used);
  }

  /** What was written so far. */
  chunks(): readonly Buffer[] {
    this.#turn();
    return this.#chunks;
  }

  #turn(): void {
    if (this.#used > 0) this.#chunks.push(Buffer.from(this.#scratch.subarray(0, this.#used)));
    this.#used = 0;
  }
}
