/** A command's world as texts: what it wrote, what it may read. */
import { Readable } from "node:stream";
import type { CliIo } from "../../src/cli/io.ts";
import { openPrompt } from "../../src/cli/prompt.ts";

export interface RecordedIo extends CliIo {
  /** Everything written so far. */
  readonly written: { out: string; err: string };
}

/** `answers` are the lines that are typed, one after the other; then the input ends. */
export function recordedIo(env: CliIo["env"] = {}, answers: readonly string[] = []): RecordedIo {
  const written = { out: "", err: "" };
  return {
    written,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    stdin: (async function* () {})(),
    isTty: false,
    env,
    environment: () => env,
    openPrompt: (write) => {
      const input = Readable.from(answers.map((line) => `${line}\n`));
      return openPrompt({ input, write, isTerminal: false, onInterrupt() {} });
    },
  };
}
