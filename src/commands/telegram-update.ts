/** What an update of Telegram says, checked by hand. https://core.telegram.org/bots/api#update */

export interface TelegramMessage {
  readonly id: number;
  readonly chatId: string;
  readonly isPrivate: boolean;
  /** A topic of a group with topics. */
  readonly topicId: number | null;
  /** null = a channel's post, or somebody who writes as a group or channel. */
  readonly userId: string | null;
  /** What that person is called, without the @ that would call them. */
  readonly userName: string | null;
  readonly text: string;
  /** Sent, or edited last; ms. */
  readonly atMs: number;
  readonly isEdited: boolean;
}

const KINDS = ["message", "edited_message", "channel_post", "edited_channel_post"] as const;

/** The number of an update, by which it is confirmed; null = not an update. */
export function updateId(update: unknown): number | null {
  const id = fieldOf(update, "update_id");
  return typeof id === "number" && Number.isSafeInteger(id) ? id : null;
}

/** null = nothing that could be a question: no text, another bot, another kind of update. */
export function messageOfUpdate(update: unknown): TelegramMessage | null {
  const kind = KINDS.find((name) => fieldOf(update, name) !== undefined);
  if (kind === undefined) return null;
  const message = fieldOf(update, kind);
  const chat = fieldOf(message, "chat");
  const chatId = idText(fieldOf(chat, "id"));
  const id = fieldOf(message, "message_id");
  const text = fieldOf(message, "text");
  if (chatId === null || typeof id !== "number" || typeof text !== "string") return null;
  const from = fieldOf(message, "from");
  const isAnonymous = fieldOf(message, "sender_chat") !== undefined;
  if (fieldOf(from, "is_bot") === true && !isAnonymous) return null;
  const seconds = fieldOf(message, "edit_date") ?? fieldOf(message, "date");
  const topicId = fieldOf(message, "message_thread_id");
  const isTopic = fieldOf(message, "is_topic_message") === true && typeof topicId === "number";
  return {
    id,
    chatId,
    isPrivate: fieldOf(chat, "type") === "private",
    topicId: isTopic ? topicId : null,
    userId: isAnonymous ? null : idText(fieldOf(from, "id")),
    userName: isAnonymous ? null : nameOf(from),
    text,
    atMs: typeof seconds === "number" ? seconds * 1_000 : 0,
    isEdited: kind.startsWith("edited_"),
  };
}

/** The new id of a group that became a supergroup, with its old one; null = nothing of the kind. */
export function migrationOf(
  update: unknown,
): { readonly chatId: string; readonly newChatId: string } | null {
  const message = fieldOf(update, "message");
  const chatId = idText(fieldOf(fieldOf(message, "chat"), "id"));
  const newChatId = idText(fieldOf(message, "migrate_to_chat_id"));
  return chatId === null || newChatId === null ? null : { chatId, newChatId };
}

function nameOf(from: unknown): string | null {
  const name = fieldOf(from, "username") ?? fieldOf(from, "first_name");
  return typeof name === "string" ? name : null;
}

/** An own field of anything, undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** A whole number as text; null = no id. */
export function idText(value: unknown): string | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : null;
}
