/** Which chats the updates of a bot speak of. Pure. https://core.telegram.org/bots/api#update */
import { fieldOf, idText } from "../../commands/telegram-update.ts";
import { printable } from "./names.ts";

/** A place where the bot could write. */
export interface SeenChat {
  readonly chatId: string;
  /** A topic of a group with topics. */
  readonly topicId: number | null;
  readonly topicName: string | null;
  readonly kind: "private" | "group" | "channel";
  readonly title: string;
  /** Who wrote there last; null = a channel, or somebody who writes as a group. */
  readonly user: { readonly id: string; readonly name: string } | null;
}

/** What is asked for: also being added to a chat, which is all that a channel tells by itself. */
export const CHAT_UPDATES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "my_chat_member",
] as const;

/** More places than anybody chooses from. */
const CHATS_MAX = 20;

/** The bot is in a chat with one of these. https://core.telegram.org/bots/api#chatmember */
const MEMBER_STATUSES = ["creator", "administrator", "member", "restricted"];

/** The chats after `updates`, first seen first; a chat that put the bot out is taken away. */
export function seenChats(
  before: readonly SeenChat[],
  updates: readonly unknown[],
): readonly SeenChat[] {
  const chats = new Map(before.map((chat) => [keyOf(chat), chat]));
  for (const update of updates) {
    const kind = CHAT_UPDATES.find((name) => fieldOf(update, name) !== undefined);
    if (kind === undefined) continue;
    const event = fieldOf(update, kind);
    const chat = chatOf(event, kind);
    if (chat === null) continue;
    const known = chats.get(keyOf(chat));
    if (hasLeft(event)) forget(chats, chat.chatId);
    else if (known === undefined ? chats.size < CHATS_MAX : known.user === null) {
      chats.set(keyOf(chat), chat);
    }
  }
  return [...chats.values()];
}

function keyOf({ chatId, topicId }: SeenChat): string {
  return `${chatId}/${topicId}`;
}

function forget(chats: Map<string, SeenChat>, chatId: string): void {
  for (const [key, chat] of chats) if (chat.chatId === chatId) chats.delete(key);
}

/** It was put out, or the group has a new id, under which it is seen as well. */
function hasLeft(event: unknown): boolean {
  if (fieldOf(event, "migrate_to_chat_id") !== undefined) return true;
  const status = fieldOf(fieldOf(event, "new_chat_member"), "status");
  return typeof status === "string" && !MEMBER_STATUSES.includes(status);
}

function chatOf(event: unknown, update: string): SeenChat | null {
  const chat = fieldOf(event, "chat");
  const chatId = idOf(chat);
  if (chatId === null) return null;
  const from = fieldOf(event, "from");
  const userId = idOf(from);
  const isPerson = fieldOf(event, "sender_chat") === undefined && fieldOf(from, "is_bot") !== true;
  const topic = topicOf(event);
  const type = fieldOf(chat, "type");
  const user =
    userId === null || !isPerson || update.endsWith("channel_post")
      ? null
      : { id: userId, name: printable(nameOf(from)) };
  return {
    ...{ chatId, ...topic },
    kind: type === "private" || type === "channel" ? type : "group",
    // A private chat is named after its person.
    title: printable(nameOf(chat) || (type === "private" ? nameOf(from) : "")),
    user,
  };
}

/** A topic's name stands in the message that opened it, which the others are replies to. */
function topicOf(event: unknown): Pick<SeenChat, "topicId" | "topicName"> {
  const topicId = fieldOf(event, "message_thread_id");
  if (fieldOf(event, "is_topic_message") !== true || !Number.isSafeInteger(topicId)) {
    return { topicId: null, topicName: null };
  }
  const opening = fieldOf(fieldOf(event, "reply_to_message"), "forum_topic_created");
  const name = fieldOf(opening ?? fieldOf(event, "forum_topic_created"), "name");
  return { topicId: Number(topicId), topicName: typeof name === "string" ? printable(name) : null };
}

/** Of a chat or a person. */
function nameOf(somebody: unknown): string {
  const title = fieldOf(somebody, "title");
  if (typeof title === "string") return title;
  const names = [fieldOf(somebody, "first_name"), fieldOf(somebody, "last_name")];
  return names.filter((name) => typeof name === "string").join(" ");
}

function idOf(value: unknown): string | null {
  return idText(fieldOf(value, "id"));
}
