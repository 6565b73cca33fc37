/** From arguments to a command. Each command is loaded when it is called, and only then. */
import { readFileSync } from "node:fs";
import { LiqError } from "../errors.ts";
import { findCommand, helpOf, overview } from "./help.ts";
import type { CliIo, Command } from "./io.ts";
import type { CommandName } from "./table.ts";

const LOADERS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  run: async () => (await import("./run.ts")).run,
  init: async () => (await import("./init.ts")).init,
  decode: async () => (await import("./decode.ts")).decode,
  replay: async () => (await import("./replay.ts")).replay,
  backtest: async () => (await import("./backtest.ts")).backtest,
  "check-config": async () => (await import("./check-config.ts")).checkConfig,
  "test-alert": async () => (await import("./test-alert.ts")).testAlert,
  record: async () => (await import("./record.ts")).record,
  snapshot: async () => (await import("./snapshot.ts")).snapshot,
  totals: async () => (await import("./totals.ts")).totals,
  alerts: async () => (await import("./alerts.ts")).alerts,
  migrate: async () => (await import("./migrate.ts")).migrate,
  help: async () => (await import("./help.ts")).help,
};

const HELP_OPTIONS = new Set(["--help", "-h"]);
const VERSION_OPTIONS = new Set(["--version", "-V"]);

/**
 * Runs one command and resolves to the exit code.
 * @throws LiqError of the command; `LIQ_COMMAND` for an unknown one
 */
export async function dispatch(args: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) throw new LiqError("LIQ_COMMAND", `No command\n${overview().trimEnd()}`);
  if (HELP_OPTIONS.has(name)) {
    io.out(overview());
    return 0;
  }
  if (VERSION_OPTIONS.has(name)) {
    io.out(`${version()}\n`);
    return 0;
  }
  const info = findCommand(name);
  const end = rest.indexOf("--");
  const options = end < 0 ? rest : rest.slice(0, end);
  if (options.some((option) => HELP_OPTIONS.has(option))) {
    io.out(helpOf(info));
    return 0;
  }
  const load = LOADERS[info.name as CommandName];
  const command = await load();
  return command(rest, io);
}

/** The version in `package.json`, which stands two levels above this file in src and in dist. */
export function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const found: unknown = Reflect.get(JSON.parse(text), "version");
  return String(found);
}
