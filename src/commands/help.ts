/** `/help`: what can be asked. Made from the commands themselves. */
import { LiqError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type Reply, sentence } from "../render/reply.ts";
import type { Argument } from "./arguments.ts";
import type { BotCommand } from "./command.ts";

export const help: BotCommand = {
  name: "help",
  aliases: ["start"],
  summary: "what can be asked, or how one command is used",
  takes: [{ shape: "text", name: "command", summary: "one command" }],
  isAdmin: false,
  run({ words: [name] }, { commands, isAdmin }) {
    if (name !== undefined) return helpOf(name, commands);
    const listed = commands.filter((command) => isAdmin || !command.isAdmin);
    const lines = listed.map((command) => `${usageOf(command)}: ${command.summary}`);
    lines.push("In any order; assets as you type them: btc, $btc, BTCUSDT, bitcoin.");
    return sentence("What can be asked", ...lines);
  },
};

/** How one command is used. */
function helpOf(name: string, commands: readonly BotCommand[]): Reply {
  const word = name.replace(/^\//, "").toLowerCase();
  const found = commands.find((one) => one.name === word || one.aliases.includes(word));
  if (found === undefined) {
    const meant = nearest(
      word,
      commands.map((one) => one.name),
    );
    const hint = meant === null ? "; /help lists them" : `. Did you mean /${meant}?`;
    throw new LiqError("LIQ_COMMAND", `No such command${hint}`);
  }
  const aliases = found.aliases.map((alias) => `/${alias}`).join(", ");
  const lines = found.takes.map((argument) => `${placeOf(argument)}: ${argument.summary}`);
  if (aliases !== "") lines.push(`Also: ${aliases}`);
  if (found.isAdmin) lines.push("For admins.");
  return sentence(usageOf(found), `${found.summary}.`, ...lines);
}

/** `/liq [asset] [window] [venue]`. */
export function usageOf({ name, takes }: Pick<BotCommand, "name" | "takes">): string {
  const places = takes.map((one) => `[${placeOf(one)}${one.shape === "named" ? "=" : ""}]`);
  return [`/${name}`, ...places].join(" ");
}

/** What an argument is called: `asset`, `suppressed`. */
export function placeOf(argument: Argument): string {
  if (argument.shape === "text" || argument.shape === "named") return argument.name;
  return argument.shape === "word" ? argument.words.join("|") : argument.shape;
}
