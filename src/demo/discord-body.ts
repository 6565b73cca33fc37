/** Discord's own checks of a webhook's body, with the shape of its error answers. Pure. */
import { z } from "zod";
import { EMBED_LIMITS } from "../render/discord.ts";
import type { InboxEmbed } from "./inbox.ts";

const EMBEDS_MAX = 10;
const CONTENT_CHARS_MAX = 2_000;
/** https://discord.com/developers/docs/resources/message#attachment-object */
const DESCRIPTION_CHARS_MAX = 1_024;

const fieldSchema = z.object({
  name: z.string().trim().min(1).max(EMBED_LIMITS.fieldName),
  value: z.string().trim().min(1).max(EMBED_LIMITS.fieldValue),
  inline: z.boolean().default(false),
});
const embedSchema = z.object({
  title: z.string().max(EMBED_LIMITS.title).default(""),
  description: z.string().max(EMBED_LIMITS.description).default(""),
  color: z.number().int().min(0).max(0xff_ff_ff).default(0),
  fields: z.array(fieldSchema).max(EMBED_LIMITS.fields).default([]),
  footer: z.object({ text: z.string().max(EMBED_LIMITS.footer) }).default({ text: "" }),
  image: z.object({ url: z.string().max(2_048) }).optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
});
const bodySchema = z.object({
  content: z.string().max(CONTENT_CHARS_MAX).default(""),
  username: z.string().min(1).max(80).optional(),
  embeds: z.array(embedSchema).max(EMBEDS_MAX).default([]),
  flags: z.number().int().default(0),
  attachments: z
    .array(
      z.object({
        id: z.union([z.number().int(), z.string()]),
        filename: z.string().optional(),
        description: z.string().max(DESCRIPTION_CHARS_MAX).optional(),
      }),
    )
    .optional(),
  allowed_mentions: z
    .object({ parse: z.array(z.string()).default([]), roles: z.array(z.string()).default([]) })
    .optional(),
});
export type WebhookBody = z.infer<typeof bodySchema>;

interface ErrorTree {
  children?: Record<string, ErrorTree>;
  errors?: readonly { readonly code: string; readonly message: string }[];
}
export interface DiscordError {
  readonly message: string;
  readonly code: number;
  readonly errors?: Readonly<Record<string, unknown>>;
}

/** The body, or the error object of a 400. */
export function checkWebhookBody(body: unknown, hasFiles = false): WebhookBody | DiscordError {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const tree: ErrorTree = {};
    for (const issue of parsed.error.issues) place(tree, issue);
    return { message: "Invalid Form Body", code: 50035, errors: nested(tree) };
  }
  const { content, embeds } = parsed.data;
  if (content === "" && embeds.length === 0 && !hasFiles) {
    return { message: "Cannot send an empty message", code: 50006 };
  }
  if (embeds.reduce((sum, embed) => sum + embedChars(embed), 0) > EMBED_LIMITS.total) {
    const text = `Embed size exceeds maximum size of ${EMBED_LIMITS.total}`;
    const errors = { embeds: { _errors: [{ code: "MAX_EMBED_SIZE_EXCEEDED", message: text }] } };
    return { message: "Invalid Form Body", code: 50035, errors };
  }
  return parsed.data;
}

function embedChars(embed: z.infer<typeof embedSchema>): number {
  const fields = embed.fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return embed.title.length + embed.description.length + embed.footer.text.length + fields;
}

/** Discord nests its errors by the path of the offender: `errors.embeds.0.title._errors`. */
function place(tree: ErrorTree, issue: z.core.$ZodIssue): void {
  let node = tree;
  for (const key of issue.path) {
    const children = node.children ?? {};
    node.children = children;
    const next = children[String(key)] ?? {};
    children[String(key)] = next;
    node = next;
  }
  const isTooBig = issue.code === "too_big";
  const message = isTooBig ? `Must be ${issue.maximum} or fewer in length.` : issue.message;
  node.errors = [{ code: isTooBig ? "BASE_TYPE_MAX_LENGTH" : "BASE_TYPE_REQUIRED", message }];
}

function nested(tree: ErrorTree): Readonly<Record<string, unknown>> {
  const children = Object.entries(tree.children ?? {}).map(([key, child]) => [key, nested(child)]);
  return {
    ...Object.fromEntries(children),
    ...(tree.errors === undefined ? {} : { _errors: tree.errors }),
  };
}

/** The first embed as the inbox keeps it. */
export function inboxEmbed(body: WebhookBody): InboxEmbed | null {
  const embed = body.embeds[0];
  if (embed === undefined) return null;
  const { title, description, color, fields, footer, image } = embed;
  return { title, description, color, fields, footer: footer.text, image: image?.url ?? null };
}

/** What a reader sees: backslashes of escapes are gone. */
export function readableText(text: string): string {
  return text.replace(/\\([\\*_~`|[\]<#>-])/g, "$1").replaceAll("@\u200b", "@");
}
