/**
 * What an interaction of Discord says, and how it is answered, however it came. Pure.
 * https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
 */
import { z } from "zod";
import type { Picture } from "../chart.ts";
import type { DiscordAsker } from "./authorize.ts";
import { PUBLIC_OPTION, typedLine } from "./discord-menu.ts";
import { COMMANDS } from "./index.ts";

/** A slash command, and the ways to answer it. */
export interface DiscordQuestion {
  readonly asker: DiscordAsker;
  readonly userName: string | null;
  /** `/liq24h btc`, put together from command and options. */
  readonly text: string;
  readonly isPublicWanted: boolean;
  reply(content: string, visibility: { readonly isPublic: boolean }): Promise<void>;
  /** Tells Discord that the answer takes longer; the answer then goes to `complete`. */
  defer(visibility: { readonly isPublic: boolean }): Promise<void>;
  complete(content: string, picture: Picture | null): Promise<void>;
}

/** An option that is being typed. */
export interface DiscordTyping {
  readonly asker: DiscordAsker;
  readonly option: string;
  readonly typed: string;
  suggest(texts: readonly string[]): Promise<void>;
}

/** Both resolve when the answer is given, or cannot be; they never reject. */
export interface DiscordHandlers {
  question(question: DiscordQuestion): Promise<void>;
  typing(typing: DiscordTyping): Promise<void>;
}

/** How answers travel: posted to Discord, or as the answer to its own post. */
export interface AnswerWays {
  first(answer: { readonly type: number; readonly data: object }): Promise<void>;
  /** Replaces what was promised. */
  complete(message: object, picture: Picture | null): Promise<void>;
}

/** https://discord.com/developers/docs/interactions/receiving-and-responding */
const COMMAND = 2;
const AUTOCOMPLETE = 4;
const CHAT_INPUT = 1;
const MESSAGE = 4;
const DEFERRED_MESSAGE = 5;
const CHOICES = 8;
/** https://discord.com/developers/docs/resources/message#message-object-message-flags */
const EPHEMERAL = 64;
/** https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-type */
const BOOLEAN = 5;

/** Nobody is called, whatever a text says. */
const CALLS_NOBODY = { allowed_mentions: { parse: [] } };

const id = z.string().regex(/^\d{1,20}$/);
const user = z.object({ id, username: z.string().max(100).nullish() });
const option = z.object({
  name: z.string(),
  type: z.number(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
/** The parts that we read; Discord sends many more. */
const Interaction = z.object({
  id,
  application_id: id,
  type: z.number(),
  token: z.string().min(1).max(1_000),
  guild_id: id.nullish(),
  channel: z.object({ id, parent_id: id.nullish() }).nullish(),
  member: z.object({ user, roles: z.array(id) }).nullish(),
  user: user.nullish(),
  data: z.object({
    name: z.string(),
    type: z.number().default(CHAT_INPUT),
    options: z.array(option).max(25).default([]),
  }),
});
export type DiscordInteraction = z.output<typeof Interaction>;

/** null = nothing that could be a question: a ping, a button, another kind of command. */
export function readInteraction(value: unknown): DiscordInteraction | null {
  const read = Interaction.safeParse(value);
  if (!read.success || read.data.data.type !== CHAT_INPUT) return null;
  return [COMMAND, AUTOCOMPLETE].includes(read.data.type) ? read.data : null;
}

/** Hands it to whom it concerns; resolves when they are done with it. */
export async function handle(
  interaction: DiscordInteraction,
  ways: AnswerWays,
  handlers: DiscordHandlers,
): Promise<void> {
  const asker = askerOf(interaction);
  if (asker === null) return;
  if (interaction.type === COMMAND) {
    await handlers.question(questionOf(interaction, asker, ways));
    return;
  }
  const typing = typingOf(interaction, asker, ways);
  if (typing !== null) await handlers.typing(typing);
}

function askerOf({ channel, guild_id: guildId, member, user }: DiscordInteraction) {
  const userId = (member?.user ?? user)?.id;
  if (userId === undefined) return null;
  const channelIds = [channel?.id, channel?.parent_id].filter((one) => typeof one === "string");
  return { guildId: guildId ?? null, channelIds, roleIds: member?.roles ?? [], userId };
}

function questionOf(
  { data, member, user: alone }: DiscordInteraction,
  asker: DiscordAsker,
  ways: AnswerWays,
): DiscordQuestion {
  const values = data.options.filter(({ value }) => value !== undefined);
  const words = values.filter(({ type }) => type !== BOOLEAN);
  const flags = (isPublic: boolean) => (isPublic ? {} : { flags: EPHEMERAL });
  return {
    asker,
    userName: (member?.user ?? alone)?.username ?? null,
    text: typedLine(data.name, words, COMMANDS),
    isPublicWanted: values.some(({ name, value }) => name === PUBLIC_OPTION && value === true),
    reply: (content, { isPublic }) =>
      ways.first({ type: MESSAGE, data: { content, ...flags(isPublic), ...CALLS_NOBODY } }),
    defer: ({ isPublic }) =>
      ways.first({ type: DEFERRED_MESSAGE, data: { ...flags(isPublic), ...CALLS_NOBODY } }),
    complete: (content, picture) => {
      const attachments = picture === null ? [] : [attachmentOf(picture)];
      return ways.complete({ content, attachments, ...CALLS_NOBODY }, picture);
    },
  };
}

/** The first file of the request: https://discord.com/developers/docs/reference#uploading-files */
function attachmentOf({ name, alt }: Picture) {
  return { id: 0, filename: name, description: alt };
}

function typingOf(
  { data }: DiscordInteraction,
  asker: DiscordAsker,
  ways: AnswerWays,
): DiscordTyping | null {
  const focused = data.options.find((one) => one.focused === true);
  if (focused?.value === undefined) return null;
  return {
    asker,
    option: focused.name,
    typed: String(focused.value),
    suggest: async (texts) => {
      const choices = texts.map((text) => ({ name: text, value: text }));
      await ways.first({ type: CHOICES, data: { choices } });
    },
  };
}
