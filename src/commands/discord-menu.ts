/** The commands as Discord's menus want them, and what stands in an option. Pure. */
import type { Argument } from "./arguments.ts";
import type { BotCommand } from "./command.ts";
import { placeOf } from "./help.ts";

/** https://discord.com/developers/docs/interactions/application-commands#application-command-object */
export interface MenuOption {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly autocomplete?: boolean;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly min_value?: number;
  readonly max_value?: number;
}
export interface MenuCommand {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly options: readonly MenuOption[];
}

const CHAT_INPUT = 1;
const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;

/** Options that are completed while they are typed. */
const COMPLETED: readonly string[] = ["asset", "venue", "window", "rule"];

/** Shows a reply to everybody; only admins may. */
export const PUBLIC_OPTION = "public";

/** Every command of this version, and its other names as commands of their own. */
export function discordMenu(commands: readonly BotCommand[]): readonly MenuCommand[] {
  return commands.flatMap((command) => {
    const options = [...command.takes.map(optionOf), PUBLIC];
    const one = (name: string, description: string): MenuCommand => {
      return { type: CHAT_INPUT, name, description, options };
    };
    const aliases = command.aliases.filter((alias) => alias !== "start");
    return [
      one(command.name, command.summary),
      ...aliases.map((alias) => one(alias, `the same as /${command.name}`)),
    ];
  });
}

const PUBLIC: MenuOption = {
  type: BOOLEAN,
  name: PUBLIC_OPTION,
  description: "show the reply to everybody (admins)",
};

function optionOf(argument: Argument): MenuOption {
  const { shape, summary: description } = argument;
  if (argument.shape === "count") {
    const bounds = { min_value: 1, max_value: argument.max };
    return { type: INTEGER, name: shape, description, ...bounds };
  }
  if (argument.shape === "word") {
    const choices = argument.words.map((word) => ({ name: word, value: word }));
    return { type: STRING, name: "which", description, choices };
  }
  const option = { type: STRING, name: placeOf(argument), description };
  return COMPLETED.includes(option.name) ? { ...option, autocomplete: true } : option;
}

/** The options of a slash command as one would type them in a chat. */
export function typedLine(
  name: string,
  options: readonly { readonly name: string; readonly value?: unknown }[],
  commands: readonly BotCommand[],
): string {
  const command = commands.find((one) => one.name === name || one.aliases.includes(name));
  const isNamed = (option: string) =>
    command?.takes.some((one) => one.shape === "named" && one.name === option);
  const words = options.map(({ name: option, value }) => {
    return isNamed(option) ? `${option}=${String(value).replace(/\s+/g, "")}` : String(value);
  });
  return [`/${name}`, ...words].join(" ");
}

/** True when what is registered differs in anything that we set; Discord adds fields of its own. */
export function isMenuChanged(menu: readonly MenuCommand[], registered: unknown): boolean {
  if (!Array.isArray(registered) || registered.length !== menu.length) return true;
  return menu.some((command) => {
    const there: unknown = registered.find((one) => fieldOf(one, "name") === command.name);
    return !isCovered(command, there);
  });
}

/** Everything that `ours` says stands in `theirs`, too; false and empty are as good as not there. */
function isCovered(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours)) {
    if (theirs === undefined) return ours.length === 0;
    if (!Array.isArray(theirs) || theirs.length !== ours.length) return false;
    return ours.every((item, at) => isCovered(item, theirs[at]));
  }
  if (typeof ours !== "object" || ours === null) return ours === theirs;
  return Object.entries(ours).every(([name, value]) => isCovered(value, fieldOf(theirs, name)));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
