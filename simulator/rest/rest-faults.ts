/** What REST answers instead of the truth. */
import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error';
import { banned, overLimit } from './rate-limits';

export type RestFault = 429 | 418 | 403 | 503 | 'hang';

const FIREWALL_PAGE =
  '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n</body>\r\n</html>';

export class RestFaults {
  fault: RestFault | undefined;
  /** Requests it holds for; then REST is well again. */
  remaining = 0;
  retryAfterSeconds = 1;
  hangMs = 10_000;
  readonly #hanging = new Set<NodeJS.Timeout>();

  /**
   * @returns true when the request was answered, or left hanging, here
   * @throws ApiError for faults that the exchange words as JSON
   */
  meets(response: ServerResponse, weightLimit: number, onward: () => void): boolean {
    if (this.fault === undefined || this.remaining <= 0) return false;
    this.remaining--;
    const nowMs = Date.now();
    switch (this.fault) {
      case 429:
        throw overLimit(weightLimit, this.retryAfterSeconds);
      case 418:
        throw banned(nowMs + this.retryAfterSeconds * 1000, nowMs);
      case 503:
        throw new ApiError(
          503,
          -1008,
          'Server is currently overloaded with other requests. Please try again in a few minutes.',
        );
      case 403:
        response.writeHead(403, { 'Content-Type': 'text/html' }).end(FIREWALL_PAGE);
        return true;
      case 'hang':
        this.#hang(onward);
        return true;
    }
  }

  stop(): void {
    for (const timer of this.#hanging) clearTimeout(timer);
  }

  #hang(onward: () => void): void {
    const timer = setTimeout(() => {
      this.#hanging.delete(timer);
      onward();
    }, this.hangMs);
    this.#hanging.add(timer);
  }
}
