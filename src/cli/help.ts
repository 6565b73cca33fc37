/** Help texts, all made from the table. */
import { LiqError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { type CommandInfo, parseArguments, usageOf } from "./arguments.ts";
import type { Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

export const help: Command = async (args, io) => {
  const { positionals } = parseArguments(COMMANDS.help, args);
  const name = positionals[0];
  io.out(name === undefined ? overview() : helpOf(findCommand(name)));
  return 0;
};

/** @throws LiqError `LIQ_COMMAND` with the nearest command */
export function findCommand(name: string): CommandInfo {
  const found = Object.values(COMMANDS).find((info) => info.name === name);
  if (found !== undefined) return found;
  const owner = Object.values<CommandInfo>(COMMANDS).find((info) => {
    return name.startsWith("--") && Object.hasOwn(info.options, name.slice(2));
  });
  if (owner !== undefined) {
    const hint = `did you mean liqwatch ${owner.name} ${name}?`;
    throw new LiqError("LIQ_COMMAND", `No command before ${name}; ${hint}`);
  }
  const hint = didYouMean(name, Object.keys(COMMANDS));
  throw new LiqError("LIQ_COMMAND", `Unknown command ${name}${hint}\n${overview().trimEnd()}`);
}

export function overview(): string {
  const rows = Object.values(COMMANDS).map(({ name, summary }) => [name, summary] as const);
  return [
    "Usage: liqwatch COMMAND [options]",
    "",
    ...columns(rows),
    "",
    "liqwatch help COMMAND shows its options. Exit codes: 0 ok, 1 failure, 2 usage or configuration.",
    "",
  ].join("\n");
}

export function helpOf(info: CommandInfo): string {
  const positionals = info.positionals.map(({ name, summary }) => [name, summary] as const);
  const options = Object.entries(info.options).map(([name, { value, summary }]) => {
    return [value === undefined ? `--${name}` : `--${name} ${value}`, summary] as const;
  });
  const rows = [...positionals, ...options];
  return [
    `Usage: ${usageOf(info)}`,
    "",
    sentence(info.summary),
    ...(rows.length === 0 ? [] : ["", ...columns(rows)]),
    ...(info.notes.length === 0 ? [] : ["", ...info.notes]),
    "",
  ].join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function columns(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
