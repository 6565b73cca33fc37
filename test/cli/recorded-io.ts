/** A command's world as texts: what it wrote, what it may read. */
import type { CliIo } from "../../src/cli/io.ts";

export interface RecordedIo extends CliIo {
  /** Everything written so far. */
  readonly written: { out: string; err: string };
}

export function recordedIo(env: CliIo["env"] = {}): RecordedIo {
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
  };
}
