const SCHEME = /^bearer +(\S+)$/i;

/** Two megabytes that only a guarded page needs. */
function crypto(): typeof import('node:crypto') {
  return require('node:crypto');
}

function digest(text: string): Buffer {
  return crypto().createHash('sha256').update(text).digest();
}

/** Who may scrape: anybody without a token, else whoever sends it. */
export class BearerToken {
  readonly #expected: Buffer | undefined;

  constructor(token: string | undefined) {
    this.#expected = token === undefined ? undefined : digest(token);
  }

  /** In the same time whatever was sent: digests are of one length, and all of them is compared. */
  admits(authorization: string | undefined): boolean {
    if (this.#expected === undefined) return true;
    const [, sent = ''] = SCHEME.exec(authorization ?? '') ?? [];
    return crypto().timingSafeEqual(digest(sent), this.#expected);
  }
}
