/** Discord targets that a bot writes into: the token of `bots`, and no webhook. */
import { getIn, isTree, type Tree } from "./tree.ts";

/**
 * What an entry with a `channelId` leaves out comes from `bots.discord`; its webhook, the default's
 * above all, is not used. Done before variables are put in, so that an unset one is noticed.
 */
export function withDiscordChannels(tree: Tree): Tree {
  const { notifiers } = tree;
  if (!isTree(notifiers)) return tree;
  const entries = Object.entries(notifiers).map(([name, entry]) => {
    return [name, isTree(entry) && isChannel(entry) ? channelOf(entry, tree) : entry] as const;
  });
  return { ...tree, notifiers: Object.fromEntries(entries) };
}

function isChannel(entry: Tree): boolean {
  return entry.type === "discord" && (entry.channelId ?? null) !== null;
}

function channelOf({ webhookUrl: _, ...entry }: Tree, tree: Tree): Tree {
  return {
    ...entry,
    botToken: entry.botToken ?? getIn(tree, ["bots", "discord", "token"]) ?? null,
    apiBaseUrl: entry.apiBaseUrl ?? getIn(tree, ["bots", "discord", "apiBaseUrl"]) ?? null,
  };
}
