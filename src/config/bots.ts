/** Which bots are on, and the sentences about those that are not. */
import type { BotsSettings } from "../commands/bot.ts";
import { DEFAULT_BOTS } from "./defaults.ts";
import type { Mistake } from "./mistakes.ts";
import type { MissingVariable } from "./notifiers.ts";
import type { BotsInput } from "./schema-bots.ts";
import { getIn, isTree, merge, type Path, type Tree } from "./tree.ts";

/** References stand in the tree before variables are put in, so that unset ones are noticed. */
export function withDefaultBots(tree: Tree): Tree {
  const given = tree.bots ?? {};
  return isTree(given) ? { ...tree, bots: merge(DEFAULT_BOTS, given) } : tree;
}

/** Telegram can only post to an address that it can reach. */
export function checkBots(tree: Tree, lineOf: (path: Path) => number | null): readonly Mistake[] {
  const path = ["bots", "telegram", "mode"];
  if (getIn(tree, path) !== "webhook" || typeof tree.publicUrl === "string") return [];
  const expected = "the https address of this daemon, because bots.telegram.mode is webhook";
  return [{ path: "publicUrl", value: "not set", expected, line: lineOf(path) }];
}

/** A bot without a token, or whom nobody may ask, is off: it is not even connected. */
export function botsOf({ discord, telegram }: BotsInput, publicUrl: string | null): BotsSettings {
  const { readers, admins } = discord;
  const { mode, ...telegramBot } = telegram;
  const postedTo = mode === "polling" ? null : publicUrl;
  const token = { discord: discord.token, telegram: telegram.token };
  const isOpen = hasAny(readers) || hasAny(admins);
  const isTelegramOpen = hasAny(telegram.readers) || hasAny(telegram.admins);
  return {
    discord: token.discord !== null && isOpen ? { ...discord, token: token.discord } : null,
    telegram:
      token.telegram !== null && isTelegramOpen
        ? { ...telegramBot, token: token.telegram, publicUrl: postedTo }
        : null,
  };
}

/** One sentence for each bot that is off, and why. */
export function notesOfBots(
  bots: BotsInput,
  missing: readonly MissingVariable[],
): readonly string[] {
  return (["discord", "telegram"] as const).flatMap((name) => {
    const { token, readers, admins } = bots[name];
    const unset = missing.filter(({ path }) => path[0] === "bots" && path[1] === name);
    if (unset.length > 0) {
      return [`${name} bot is off: ${unset.map((one) => one.name).join(", ")} not set`];
    }
    // Turned off in so many words: nothing to say about it.
    if (token === null || hasAny(readers) || hasAny(admins)) return [];
    return [`${name} bot is off: nobody may ask (bots.${name}.readers and admins are empty)`];
  });
}

function hasAny(lists: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.values(lists).some((list) => list.length > 0);
}
