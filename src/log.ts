/** What every part may say to the log. The real one (pino, secrets scrubbed) is in `log-pino.ts`. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  /** Someone must act. */
  error(fields: LogFields, message: string): void;
  /** Degraded, repaired itself, or dropped something. */
  warn(fields: LogFields, message: string): void;
  /** A change of state: connected, alert raised, delivered. */
  info(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  child(fields: LogFields): Log;
}

export const SILENT_LOG: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => SILENT_LOG,
};

/** The same log, with its errors counted for the run summary. */
export function countErrors(log: Log): { log: Log; errors: () => number } {
  let count = 0;
  const wrap = (inner: Log): Log => ({
    error(fields, message) {
      count += 1;
      inner.error(fields, message);
    },
    warn: (fields, message) => inner.warn(fields, message),
    info: (fields, message) => inner.info(fields, message),
    debug: (fields, message) => inner.debug(fields, message),
    child: (fields) => wrap(inner.child(fields)),
  });
  return { log: wrap(log), errors: () => count };
}
