/**
 * Every error that liqwatch raises on purpose carries one of these codes. Texts start with a
 * capital, have no final period, and name the offender and its value. `docs/errors.md` lists them
 * all; a test compares the two.
 */
export const ERROR_CODES = {
  LIQ_CONFIG: "a setting is wrong; every mistake is listed at once",
  LIQ_DECODE: "a frame or row is not as the venue documents it; counted, the feed goes on",
  LIQ_REFUSED: "a venue refused a subscription; the other topics stay",
  LIQ_SILENT: "a connection was open and nothing arrived, heartbeat included; it is replaced",
  LIQ_SOCKET: "a connection failed or was closed; it is replaced with back-off",
  LIQ_INSTRUMENT: "contract details are unknown or unreadable; rows are stored without money",
  LIQ_CONTEXT:
    "open interest, funding or a price was not read in full; values older than three rounds are not used",
  LIQ_STORE: "the database, the queue or the data directory cannot be used",
  LIQ_COMMAND: "the command or its arguments are wrong",
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** Exit codes of the command line: 1 = failure, 2 = usage or configuration. */
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;

export class LiqError extends Error {
  override readonly name = "LiqError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return this.code === "LIQ_CONFIG" || this.code === "LIQ_COMMAND" ? EXIT_USAGE : EXIT_FAILURE;
  }
}

/** The message of anything that was thrown, for logs and texts. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
