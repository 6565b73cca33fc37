/** The contract of a bot: one service's transport, and what it needs to know. */

/** Who may ask; a list that is empty admits nobody. Ids as text. */
export interface DiscordReaders {
  readonly guilds: readonly string[];
  readonly channels: readonly string[];
  readonly roles: readonly string[];
  readonly users: readonly string[];
}

/** A configured bot: token present, somebody allowed to ask. */
export interface DiscordBotSettings {
  readonly token: string;
  /** A proxy or local server instead of https://discord.com/api. */
  readonly apiBaseUrl: string | null;
  /** The application's key, in hexadecimal digits: Discord posts to us; null = the gateway. */
  readonly publicKey: string | null;
  readonly readers: DiscordReaders;
  readonly admins: { readonly roles: readonly string[]; readonly users: readonly string[] };
}

export interface TelegramReaders {
  readonly chats: readonly string[];
  readonly users: readonly string[];
}

export interface TelegramBotSettings {
  readonly token: string;
  /** A proxy or local server instead of https://api.telegram.org. */
  readonly apiBaseUrl: string | null;
  /** Where Telegram reaches this daemon and posts updates; null = they are polled for. */
  readonly publicUrl: string | null;
  readonly readers: TelegramReaders;
  readonly admins: { readonly users: readonly string[] };
}

/** null = that bot is off. */
export interface BotsSettings {
  readonly discord: DiscordBotSettings | null;
  readonly telegram: TelegramBotSettings | null;
}

export interface Bot {
  readonly service: "discord" | "telegram";
  /** Listens and answers until aborted; failures of the service are waited out. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}
