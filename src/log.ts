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
