/** What a command may touch besides its own work: two texts out, one stream in, the environment. */
import type { Prompt } from "./prompt.ts";

export interface CliIo {
  /** Writes to stdout as given, no newline added. */
  out(text: string): void;
  /** Writes to stderr as given, no newline added. */
  err(text: string): void;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** True when stdout is a terminal: human text; otherwise machine text. */
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * `env` and, under it, the `.env` file that belongs to a configuration: beside it when it is
   * named, else in the working directory.
   * @throws LiqError `LIQ_CONFIG` when that file cannot be read
   */
  environment(configFile: string | null): Readonly<Record<string, string | undefined>>;
  /** Takes standard input over for questions, which are shown through `write`. */
  openPrompt(write: (text: string) => void): Prompt;
  /**
   * Aborted when the process is asked to stop. Reading it takes Ctrl-C over: a command that does
   * not read it is simply ended by the signal. Absent = never asked to stop.
   */
  readonly signal?: AbortSignal;
  /** From now on SIGHUP calls `run`, and no longer ends the process. Absent = there is none. */
  onHangup?(run: () => void): void;
}

/** One command of the command line; resolves to the exit code, or throws a LiqError. */
export type Command = (args: readonly string[], io: CliIo) => Promise<number>;
