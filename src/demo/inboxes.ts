/** What the local Discord and Telegram hold, in the words of the page. */
import type {
  DiscordEmbed,
  DiscordInboxMessage,
  Inboxes,
  InboxPictureFacts,
  TelegramInboxMessage,
} from "../inboxes.ts";
import type { InboxEmbed, InboxMessage } from "./inbox.ts";

interface MessageList {
  messages(): readonly InboxMessage[];
}

/** `say` = how the page's input reaches the bot: as a Telegram user's message. */
export function inboxesOf(
  discord: MessageList,
  telegram: MessageList,
  say: (text: string) => void,
): Inboxes {
  return {
    say,
    discord: (limit) => newest(discord, limit).map(discordMessage),
    telegram: (limit) => newest(telegram, limit).map(telegramMessage),
    picture(service, id) {
      const list = service === "discord" ? discord : telegram;
      return list.messages().find((message) => message.id === id)?.picture?.bytes ?? null;
    },
  };
}

function newest(list: MessageList, limit: number): readonly InboxMessage[] {
  return list.messages().slice(-limit).reverse();
}

function discordMessage(message: InboxMessage): DiscordInboxMessage {
  const { id, acceptedAtMs, editedAtMs, isSilent, embed, text } = message;
  return {
    id,
    atMs: acceptedAtMs,
    editedAtMs,
    username: null,
    content: embed === null ? text : "",
    embeds: embed === null ? [] : [embedOf(embed, acceptedAtMs)],
    picture: pictureFacts(message),
    isSilent,
  };
}

function embedOf(embed: InboxEmbed, timestampMs: number): DiscordEmbed {
  const { title, description, color, footer, fields } = embed;
  return {
    title: orNull(title),
    description: orNull(description),
    color,
    fields: fields.map(({ name, value, inline }) => ({ name, value, isInline: inline })),
    footer: orNull(footer),
    timestampMs,
  };
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

function telegramMessage(message: InboxMessage): TelegramInboxMessage {
  const { id, acceptedAtMs, editedAtMs, isSilent, html } = message;
  const picture = pictureFacts(message);
  return { id, atMs: acceptedAtMs, editedAtMs, html: html ?? "", picture, isSilent };
}

function pictureFacts({ picture }: InboxMessage): InboxPictureFacts | null {
  if (picture === null) return null;
  const { alt, width, height } = picture;
  return { alt, width, height };
}
