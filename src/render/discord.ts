/**
 * A message as the body of Discord's Execute Webhook, within its limits: cut, never refused. Pure.
 * https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
import type { Picture } from "../chart.ts";
import type { Message, RenderedMessage } from "../notifiers/notifier.ts";
import { cut } from "./cut.ts";
import { harmless } from "./harmless.ts";

/** Characters, as Discord counts them over title, description, field names, values and footer. */
export const EMBED_LIMITS = {
  title: 256,
  description: 4_096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1_024,
  footer: 2_048,
  total: 6_000,
} as const;

/** https://discord.com/developers/docs/resources/channel#channel-object */
export const THREAD_NAME_CHARS_MAX = 100;

/** https://discord.com/developers/docs/resources/message#attachment-object */
const ATTACHMENT_TEXT_CHARS_MAX = 1_024;

/** Colour says the side, never the severity. */
export const EMBED_COLOURS = { long: 0xd83c3e, short: 0x2e9e5b, neutral: 0x8a8f98 } as const;

/** https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const SUPPRESS_NOTIFICATIONS_FLAG = 4_096;

/** Room that the coverage keeps even when everything else is too long, in characters. */
const COVERAGE_CHARS_MAX = 1_000;
const DESCRIPTION_CHARS_MAX = 2_000;

export interface EmbedField {
  readonly name: string;
  readonly value: string;
  readonly inline: boolean;
}
/** https://discord.com/developers/docs/reference#uploading-files */
export interface DiscordAttachment {
  readonly id: number;
  readonly filename: string;
  readonly description: string;
}
export interface DiscordBody {
  readonly username: string;
  readonly content?: string;
  readonly embeds: readonly {
    readonly title: string;
    readonly description: string;
    readonly color: number;
    readonly fields: readonly EmbedField[];
    readonly footer: { readonly text: string };
    readonly timestamp: string;
    readonly image?: { readonly url: string };
  }[];
  /** Files of the request by their number; on an edit all that the message has from now on. */
  readonly attachments?: readonly DiscordAttachment[];
  /** Nothing pings, roles that the operator named excepted. */
  readonly allowed_mentions: { readonly parse: readonly []; readonly roles?: readonly string[] };
  readonly flags?: number;
}

/** Markdown, links, mentions and timestamps in foreign text lose their meaning, not their look. */
export function escapeMarkdown(text: string): string {
  return harmless(text)
    .replace(/[\\*_~`|[\]]/g, "\\$&")
    .replace(/<(?=[@#:/a-z])/gi, "\\<")
    .replace(/^(\s*)([#>-])/gm, "$1\\$2");
}

/**
 * A new message. `mentionRoles` are called only when it may mention; `link` is the address of the
 * message that it answers: a webhook cannot reply.
 */
export function discordBody(
  message: Shown,
  mentionRoles: readonly string[],
  link: string | null = null,
): DiscordBody {
  const roles = message.mayMention ? mentionRoles : [];
  return {
    username: "liqwatch",
    ...(roles.length === 0 ? {} : { content: roles.map((role) => `<@&${role}>`).join(" ") }),
    embeds: [embedOf(message, link)],
    ...(message.picture === undefined ? {} : { attachments: attachmentsOf(message) }),
    allowed_mentions: { parse: [], ...(roles.length === 0 ? {} : { roles }) },
    ...(message.isSilent ? { flags: SUPPRESS_NOTIFICATIONS_FLAG } : {}),
  };
}

/** What a forum's post is called. */
export function threadName(message: RenderedMessage): string {
  return cut(harmless(message.title), THREAD_NAME_CHARS_MAX);
}

/** What replaces a message: its name, flags and the roles that it called stay as they are. */
export function discordEdit(
  message: Shown,
): Pick<DiscordBody, "embeds" | "allowed_mentions" | "attachments"> {
  const attachments = attachmentsOf(message);
  return { embeds: [embedOf(message, null)], attachments, allowed_mentions: { parse: [] } };
}

/** A message with the picture that stands in its embed. */
type Shown = RenderedMessage & Pick<Message, "picture">;

function attachmentsOf({ picture }: Shown): readonly DiscordAttachment[] {
  if (picture === undefined) return [];
  const description = cut(picture.alt, ATTACHMENT_TEXT_CHARS_MAX);
  return [{ id: 0, filename: picture.name, description }];
}

function embedOf(message: Shown, link: string | null): DiscordBody["embeds"][number] {
  const title = cut(escapeMarkdown(message.title), EMBED_LIMITS.title);
  const description = `${describe(message)}${link === null ? "" : `\n[First message](${link})`}`;
  const footer = cut(message.footer, EMBED_LIMITS.footer);
  const used = title.length + description.length + footer.length;
  return {
    title,
    description,
    color: EMBED_COLOURS[message.tone],
    fields: fieldsWithin(message, EMBED_LIMITS.total - used),
    footer: { text: footer },
    timestamp: new Date(message.atMs).toISOString(),
    ...(message.picture === undefined ? {} : { image: imageOf(message.picture) }),
  };
}

/** The file of the same request: https://discord.com/developers/docs/reference#uploading-files */
function imageOf({ name }: Picture): { readonly url: string } {
  return { url: `attachment://${name}` };
}

/** Paragraphs, then the moment in each reader's own clock. */
function describe(message: RenderedMessage): string {
  const text = cut(message.lines.map(escapeMarkdown).join("\n"), DESCRIPTION_CHARS_MAX);
  return `${text}\n<t:${Math.floor(message.atMs / 1000)}:R>`;
}

/** As many fields as fit, the last place kept for the coverage. */
function fieldsWithin(message: RenderedMessage, charsMax: number): readonly EmbedField[] {
  const seen =
    message.coverage === ""
      ? []
      : [
          {
            ...field("Seen", message.coverage),
            value: cut(escapeMarkdown(message.coverage), COVERAGE_CHARS_MAX),
          },
        ];
  let room = charsMax - seen.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  const fields: EmbedField[] = [];
  for (const { name, value, isInline } of message.fields.slice(0, EMBED_LIMITS.fields - 1)) {
    const next = { ...field(name, value), inline: isInline };
    room -= next.name.length + next.value.length;
    if (room < 0) break;
    fields.push(next);
  }
  return [...fields, ...seen];
}

/** Discord refuses empty names and values. */
function field(name: string, value: string): EmbedField {
  return {
    name: cut(escapeMarkdown(name) || "-", EMBED_LIMITS.fieldName),
    value: cut(escapeMarkdown(value) || "-", EMBED_LIMITS.fieldValue),
    inline: false,
  };
}
