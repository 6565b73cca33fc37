/** What the demo's local Discord and Telegram received, as the page shows it. Types only. */

/** One embed as the local Discord received it. */
export interface DiscordEmbed {
  readonly title: string | null;
  readonly description: string | null;
  /** 0xRRGGBB of the bar; null = none. */
  readonly color: number | null;
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly isInline: boolean;
  }[];
  readonly footer: string | null;
  readonly timestampMs: number | null;
}

/** A picture of a message; its bytes are asked for by the message's id. */
export interface InboxPictureFacts {
  readonly alt: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export interface DiscordInboxMessage {
  readonly id: string;
  readonly atMs: number;
  readonly editedAtMs: number | null;
  readonly username: string | null;
  readonly content: string;
  readonly embeds: readonly DiscordEmbed[];
  readonly picture: InboxPictureFacts | null;
  readonly isSilent: boolean;
}

export interface TelegramInboxMessage {
  readonly id: string;
  readonly atMs: number;
  readonly editedAtMs: number | null;
  /** Telegram's HTML subset as sent: never to be trusted as a page's HTML. */
  readonly html: string;
  readonly picture: InboxPictureFacts | null;
  readonly isSilent: boolean;
}

/** The demo's local Discord and Telegram: what they received; newest first, at most `limit`. */
export interface Inboxes {
  /** A person writes to the bot in the local Telegram. */
  say(text: string): void;
  discord(limit: number): readonly DiscordInboxMessage[];
  telegram(limit: number): readonly TelegramInboxMessage[];
  /** PNG; null = that message has none, or not any more. */
  picture(service: "discord" | "telegram", id: string): Uint8Array | null;
}
