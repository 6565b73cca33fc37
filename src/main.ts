#!/usr/bin/env node
/** Entry of the command line: arguments in, signals, exit code out. */
import { dispatch } from "./cli/index.ts";
import type { CliIo } from "./cli/io.ts";
import { openPrompt } from "./cli/prompt.ts";
import { withEnvFile } from "./config/env-file.ts";
import { EXIT_FAILURE, LiqError, messageOf } from "./errors.ts";
import { scrub } from "./scrub.ts";

/** What shells report for a process that a signal ended: 128 + its number. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const stop = new AbortController();
let isListening = false;

/** The first signal asks to stop, the second ends the process at once. */
function listenForSignals(): void {
  if (isListening) return;
  isListening = true;
  for (const [name, code] of Object.entries(SIGNAL_EXIT_CODES)) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(code);
      stop.abort(new Error(`Stopped by ${name}`));
    });
  }
}

const io: CliIo = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stdin: process.stdin,
  isTty: process.stdout.isTTY === true,
  env: process.env,
  environment: (configFile) => withEnvFile(process.env, configFile),
  openPrompt: (write) =>
    openPrompt({
      ...{ input: process.stdin, write, columns: process.stdout.columns },
      isTerminal: process.stdin.isTTY === true,
      onInterrupt: () => process.kill(process.pid, "SIGINT"),
    }),
  get signal() {
    listenForSignals();
    return stop.signal;
  },
  onHangup: (run) => process.on("SIGHUP", run),
};

function fail(thrown: unknown): number {
  const isExpected = thrown instanceof LiqError;
  const trace = thrown instanceof Error ? thrown.stack : undefined;
  const text = isExpected ? thrown.message : (trace ?? messageOf(thrown));
  process.stderr.write(`liqwatch: ${scrub(text)}\n`);
  return isExpected ? thrown.exitCode : EXIT_FAILURE;
}

/** Everything written has left the process: pipes are asynchronous. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

// A reader that has seen enough (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : EXIT_FAILURE);
  });
}
process.on("uncaughtException", (thrown) => process.exit(fail(thrown)));

const code = await dispatch(process.argv.slice(2), io).catch(fail);
await Promise.all([flush(process.stdout), flush(process.stderr)]);
process.exit(code);
