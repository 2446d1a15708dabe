/** A refusal as the exchange words it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get body(): string {
    return JSON.stringify({ code: this.code, msg: this.message });
  }
}

export function badRequest(code: number, message: string): ApiError {
  return new ApiError(400, code, message);
}
