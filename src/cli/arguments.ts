/** Arguments of a command, checked against its table entry: typed values, or an error that teaches. */
import { parseArgs } from "node:util";
import { DURATION_EXPECTED, parseDuration } from "../duration.ts";
import { LiqError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

/** What the text after an option has to be. A flag takes none. */
export type OptionKind = "flag" | "text" | "duration" | "number" | readonly string[];

export interface OptionInfo {
  readonly kind: OptionKind;
  /** Stands for the value in help texts; flags have none. */
  readonly value?: string;
  readonly summary: string;
  /** Texts that may be given more than once. */
  readonly repeats?: true;
}

export interface PositionalInfo {
  readonly name: string;
  readonly isRequired: boolean;
  readonly summary: string;
}

/** What a command takes; the help text and `docs/commands.md` are made from it. */
export interface CommandInfo {
  readonly name: string;
  readonly summary: string;
  /** Sentences below the options. */
  readonly notes: readonly string[];
  readonly positionals: readonly PositionalInfo[];
  readonly options: Readonly<Record<string, OptionInfo>>;
}

type ValueOf<Option extends OptionInfo> = Option["repeats"] extends true
  ? readonly string[]
  : Option["kind"] extends "flag"
    ? boolean
    : Option["kind"] extends "duration" | "number"
      ? number | null
      : string | null;

/** Flags are false, what repeats is empty, everything else null, when not given. Durations are in milliseconds. */
export type OptionValues<Info extends CommandInfo> = {
  readonly [Name in keyof Info["options"]]: ValueOf<Info["options"][Name]>;
};

export interface Arguments<Info extends CommandInfo> {
  readonly values: OptionValues<Info>;
  readonly positionals: readonly string[];
}

/**
 * @throws LiqError `LIQ_COMMAND` for unknown, repeated or incomplete options, values of the wrong
 * kind, and too few or too many positional arguments; the text ends with the usage line
 */
export function parseArguments<const Info extends CommandInfo>(
  info: Info,
  args: readonly string[],
): Arguments<Info> {
  const config = Object.entries(info.options).map(
    ([name, { kind }]) => [name, { type: kind === "flag" ? "boolean" : "string" }] as const,
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(config),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values = new Map<string, unknown>();
  for (const [name, option] of Object.entries(info.options)) values.set(name, absent(option));
  const positionals: string[] = [];
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const value = readOption(info, token.name, token.rawName, token.value);
    const earlier = values.get(token.name);
    if (Array.isArray(earlier)) earlier.push(value);
    else if (seen.has(token.name)) refuse(info, `Option ${token.rawName} is given twice`);
    else values.set(token.name, value);
    seen.add(token.name);
  }
  checkPositionals(info, positionals);
  return { values: Object.fromEntries(values) as OptionValues<Info>, positionals };
}

function absent({ kind, repeats }: OptionInfo): unknown {
  if (repeats) return [];
  return kind === "flag" ? false : null;
}

/** `liqwatch decode VENUE [FILE] [options]`. */
export function usageOf(info: CommandInfo): string {
  const positionals = info.positionals.map((one) => (one.isRequired ? one.name : `[${one.name}]`));
  const options = Object.entries(info.options).map(([name, option]) => {
    if (option.value === undefined) return `[--${name}]`;
    return `[--${name} ${option.value}]${option.repeats ? "..." : ""}`;
  });
  return ["liqwatch", info.name, ...positionals, ...options].join(" ");
}

function refuse(info: CommandInfo, what: string): never {
  throw new LiqError("LIQ_COMMAND", `${what}\nUsage: ${usageOf(info)}`);
}

function readOption(info: CommandInfo, name: string, rawName: string, text: string | undefined) {
  const option = Object.hasOwn(info.options, name) ? info.options[name] : undefined;
  if (option === undefined) {
    const known = Object.keys(info.options).map((one) => `--${one}`);
    refuse(info, `Unknown option ${rawName}${didYouMean(rawName, known)}`);
  }
  if (option.kind === "flag") {
    if (text !== undefined) refuse(info, `Option ${rawName} takes no value, given ${text}`);
    return true;
  }
  if (text === undefined || text === "") refuse(info, `Option ${rawName} needs a value`);
  const value = readValue(option.kind, text);
  if (value === null) {
    const hint = typeof option.kind === "object" ? didYouMean(text, option.kind) : "";
    refuse(info, `Option ${rawName} is ${text}, expected ${expectedOf(option.kind)}${hint}`);
  }
  return value;
}

function readValue(kind: Exclude<OptionKind, "flag">, text: string): string | number | null {
  if (kind === "text") return text;
  if (kind === "duration") return parseDuration(text);
  if (kind === "number") return /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null;
  return kind.includes(text) ? text : null;
}

function expectedOf(kind: OptionKind): string {
  if (kind === "duration") return DURATION_EXPECTED;
  if (kind === "number") return "a number";
  return typeof kind === "object" ? `one of ${kind.join(", ")}` : "a text";
}

function checkPositionals(info: CommandInfo, given: readonly string[]): void {
  const missing = info.positionals.slice(given.length).find((one) => one.isRequired);
  if (missing !== undefined) refuse(info, `${missing.name} is missing: ${missing.summary}`);
  const extra = given[info.positionals.length];
  if (extra !== undefined) refuse(info, `Unexpected argument ${extra}`);
}
