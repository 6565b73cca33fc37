/** Who may ask. Lists admit; an empty list admits nobody. Pure. */
import type { DiscordBotSettings, TelegramBotSettings } from "./bot.ts";

/** Admins are readers; a stranger is not even told that we are here. */
export type Standing = "admin" | "reader" | "stranger";

export interface TelegramAsker {
  readonly chatId: string;
  /** null = a channel's post, or somebody who writes as a group. */
  readonly userId: string | null;
}

export interface DiscordAsker {
  /** null = a direct message. */
  readonly guildId: string | null;
  /** The channel and, for a thread, the channel above it. */
  readonly channelIds: readonly string[];
  readonly roleIds: readonly string[];
  readonly userId: string;
}

export function standingInTelegram(
  { chatId, userId }: TelegramAsker,
  { readers, admins }: Pick<TelegramBotSettings, "readers" | "admins">,
): Standing {
  if (userId !== null && admins.users.includes(userId)) return "admin";
  if (readers.chats.includes(chatId)) return "reader";
  return userId !== null && readers.users.includes(userId) ? "reader" : "stranger";
}

/** Roles are ids of one guild, so that a role of another guild never has the same. */
export function standingInDiscord(
  { guildId, channelIds, roleIds, userId }: DiscordAsker,
  { readers, admins }: Pick<DiscordBotSettings, "readers" | "admins">,
): Standing {
  const isAny = (ids: readonly string[], list: readonly string[]) =>
    ids.some((id) => list.includes(id));
  if (admins.users.includes(userId) || isAny(roleIds, admins.roles)) return "admin";
  const isReader =
    readers.users.includes(userId) ||
    isAny(roleIds, readers.roles) ||
    isAny(channelIds, readers.channels) ||
    (guildId !== null && readers.guilds.includes(guildId));
  return isReader ? "reader" : "stranger";
}
