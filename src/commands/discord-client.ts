/**
 * The connection to Discord, through discord.js: gateway in, REST out. Interactions come without any
 * intent, so nothing of a server is cached. https://discord.com/developers/docs/interactions
 */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  Client,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayDispatchEvents,
  type GatewayInteractionCreateDispatchData,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  Options,
  Routes,
} from "discord.js";
import type { DiscordAsker } from "./authorize.ts";
import { type MenuCommand, PUBLIC_OPTION } from "./discord-menu.ts";

const REQUEST_MS_MAX = 10_000;

/** A slash command, and the ways to answer it. */
export interface DiscordQuestion {
  readonly asker: DiscordAsker;
  /** `/liq24h btc`, put together from command and options. */
  readonly text: string;
  readonly isPublicWanted: boolean;
  reply(content: string, visibility: { readonly isPublic: boolean }): Promise<void>;
  /** Tells Discord that the answer takes longer; the answer then goes to `complete`. */
  defer(visibility: { readonly isPublic: boolean }): Promise<void>;
  complete(content: string): Promise<void>;
}

/** An option that is being typed. */
export interface DiscordTyping {
  readonly asker: DiscordAsker;
  readonly option: string;
  readonly typed: string;
  suggest(texts: readonly string[]): Promise<void>;
}

export interface DiscordHandlers {
  question(question: DiscordQuestion): void;
  typing(typing: DiscordTyping): void;
  /** The connection is gone and does not come back by itself. */
  lost(reason: string): void;
  /** A failure that the library mends itself. */
  troubled(reason: string): void;
}

export interface DiscordPort {
  /** Resolves when the gateway has greeted us; `isTokenRefused` tells why it may reject. */
  login(): Promise<void>;
  registeredMenu(): Promise<unknown>;
  register(menu: readonly MenuCommand[]): Promise<void>;
  close(): Promise<void>;
}

type Interaction = GatewayInteractionCreateDispatchData;

export function createDiscordPort(
  { token, apiBaseUrl }: { readonly token: string; readonly apiBaseUrl: string | null },
  handlers: DiscordHandlers,
): DiscordPort {
  const api = apiBaseUrl === null ? {} : { api: apiBaseUrl.replace(/\/+$/, "") };
  const client = new Client({
    intents: [],
    rest: { ...api, timeout: REQUEST_MS_MAX },
    // Without a limit the library remembers everybody who ever asked.
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, UserManager: 10 }),
  });
  const ready = new Promise<void>((resolve) => {
    client.once(Events.ClientReady, () => resolve());
  });
  client.on(Events.Error, (error) => handlers.troubled(error.message));
  client.on(Events.ShardError, (error) => handlers.troubled(error.message));
  client.on(Events.Invalidated, () => handlers.lost("session invalidated"));
  client.on(Events.ShardDisconnect, ({ code }) => handlers.lost(`closed with ${code}`));
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (interaction: Interaction) => {
    if (interaction.type === InteractionType.ApplicationCommand) {
      const question = questionOf(interaction, client);
      if (question !== null) handlers.question(question);
    } else if (interaction.type === InteractionType.ApplicationCommandAutocomplete) {
      const typing = typingOf(interaction, client);
      if (typing !== null) handlers.typing(typing);
    }
  });
  const applicationId = () => client.application?.id ?? "";
  return {
    login: async () => {
      await client.login(token);
      await ready;
    },
    registeredMenu: () => client.rest.get(Routes.applicationCommands(applicationId())),
    register: async (menu) => {
      await client.rest.put(Routes.applicationCommands(applicationId()), { body: menu });
    },
    close: () => client.destroy(),
  };
}

/** True when trying again is of no use. */
export function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof DiscordjsError && thrown.code === DiscordjsErrorCodes.TokenInvalid;
}

function askerOf(interaction: Interaction): DiscordAsker | null {
  const { channel, guild_id: guildId, member } = interaction;
  const user = member?.user ?? interaction.user;
  if (user === undefined) return null;
  const parent = channel !== undefined && "parent_id" in channel ? channel.parent_id : null;
  const channelIds = [channel?.id, parent].filter((id) => typeof id === "string");
  return { guildId: guildId ?? null, channelIds, roleIds: member?.roles ?? [], userId: user.id };
}

type Command = Extract<Interaction, { type: InteractionType.ApplicationCommand }>;
type Typing = Extract<Interaction, { type: InteractionType.ApplicationCommandAutocomplete }>;

function questionOf(interaction: Command, client: Client): DiscordQuestion | null {
  const asker = askerOf(interaction);
  const { id, token, data, application_id: applicationId } = interaction;
  if (asker === null || data.type !== ApplicationCommandType.ChatInput) return null;
  const values = (data.options ?? []).filter((option) => "value" in option);
  const words = values.filter(({ type }) => type !== ApplicationCommandOptionType.Boolean);
  const answer = async (type: InteractionResponseType, body: object) => {
    const data = { ...body, allowed_mentions: { parse: [] } };
    await client.rest.post(Routes.interactionCallback(id, token), {
      body: { type, data },
      auth: false,
    });
  };
  const flags = (isPublic: boolean) => (isPublic ? {} : { flags: MessageFlags.Ephemeral });
  return {
    asker,
    text: [`/${data.name}`, ...words.map(({ value }) => String(value))].join(" "),
    isPublicWanted: values.some(({ name, value }) => name === PUBLIC_OPTION && value === true),
    reply: (content, { isPublic }) =>
      answer(InteractionResponseType.ChannelMessageWithSource, { content, ...flags(isPublic) }),
    defer: ({ isPublic }) =>
      answer(InteractionResponseType.DeferredChannelMessageWithSource, flags(isPublic)),
    complete: async (content) => {
      await client.rest.patch(Routes.webhookMessage(applicationId, token, "@original"), {
        body: { content, allowed_mentions: { parse: [] } },
        auth: false,
      });
    },
  };
}

function typingOf(interaction: Typing, client: Client): DiscordTyping | null {
  const asker = askerOf(interaction);
  const { id, token, data } = interaction;
  const focused = data.options.find((option) => "focused" in option && option.focused === true);
  if (asker === null || focused === undefined || !("value" in focused)) return null;
  return {
    asker,
    option: focused.name,
    typed: String(focused.value),
    suggest: async (texts) => {
      const choices = texts.map((text) => ({ name: text, value: text }));
      const type = InteractionResponseType.ApplicationCommandAutocompleteResult;
      await client.rest.post(Routes.interactionCallback(id, token), {
        body: { type, data: { choices } },
        auth: false,
      });
    },
  };
}
