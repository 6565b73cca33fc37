/** An answer to a question, before a service's own shape. Pure. */
import type { Picture } from "../chart.ts";
import { cut } from "./cut.ts";
import { harmless } from "./harmless.ts";
import { escapeHtml, TELEGRAM_CAPTION_CHARS_MAX, TELEGRAM_TEXT_CHARS_MAX } from "./telegram.ts";

/** Plain text everywhere: services escape it. */
export interface Reply {
  readonly title: string;
  /** What must be read before the figures: nothing seen, or not all. */
  readonly warnings: readonly string[];
  /** Lines already aligned, shown in a fixed width; empty = no table. */
  readonly table: readonly string[];
  readonly lines: readonly string[];
  /** Shown with the text; absent = none. */
  readonly picture?: Picture;
}

/** Longest content of one message (https://discord.com/developers/docs/resources/message). */
export const DISCORD_CONTENT_CHARS_MAX = 2_000;

/** Longest line that is sent, before escaping. */
const LINE_CHARS_MAX = 400;

/** A reply that is one sentence. */
export function sentence(title: string, ...lines: readonly string[]): Reply {
  return { title, warnings: [], table: [], lines };
}

/** The same reply with the label that every figure of a simulation carries. */
export function labelled(reply: Reply, label: string | null): Reply {
  return label === null ? reply : { ...reply, title: `${label} · ${reply.title}` };
}

/** Telegram's HTML; too long a reply loses the ends of its table and lines, never its markup. */
export function replyHtml(reply: Reply): string {
  return fitted(reply, TELEGRAM_TEXT_CHARS_MAX, writeHtml);
}

function writeHtml({ title, warnings, table, lines }: Reply): string {
  const safe = (text: string) => escapeHtml(harmless(text));
  const parts = [`<b>${safe(title)}</b>`, ...warnings.map((line) => `<i>${safe(line)}</i>`)];
  if (table.length > 0) parts.push(`<pre>${safe(table.join("\n"))}</pre>`);
  return [...parts, ...lines.map(safe)].join("\n");
}

/** The same under a picture; a caption holds a quarter of a text. */
export function replyCaption(reply: Reply): string {
  return fitted(reply, TELEGRAM_CAPTION_CHARS_MAX, writeHtml);
}

/** Discord's Markdown with everything escaped that could be read as such. */
export function replyMarkdown(reply: Reply): string {
  return fitted(reply, DISCORD_CONTENT_CHARS_MAX, ({ title, warnings, table, lines }) => {
    const parts = [`**${escapeMarkdown(title)}**`, ...warnings.map((line) => escapeMarkdown(line))];
    if (table.length > 0) parts.push(`\`\`\`\n${escapeFence(table.join("\n"))}\n\`\`\``);
    return [...parts, ...lines.map(escapeMarkdown)].join("\n");
  });
}

/** Without markup, for a service that could not read it. */
export function replyPlain(reply: Reply, charsMax = TELEGRAM_TEXT_CHARS_MAX): string {
  const { title, warnings, table, lines } = reply;
  const text = [title, ...warnings, ...table, ...lines].join("\n");
  return cut(harmless(text), charsMax);
}

function fitted(reply: Reply, charsMax: number, write: (reply: Reply) => string): string {
  const short = (texts: readonly string[]) => texts.map((text) => cut(text, LINE_CHARS_MAX));
  let { table } = reply;
  let lines = short(reply.lines);
  const title = cut(reply.title, LINE_CHARS_MAX);
  const warnings = short(reply.warnings);
  for (;;) {
    const text = write({ title, warnings, table: more(table, reply.table.length), lines });
    if (text.length <= charsMax) return text;
    if (table.length > 0) table = table.slice(0, -1);
    else if (lines.length > 0) lines = lines.slice(0, -1);
    else return write({ title: cut(title, 100), warnings: [], table: [], lines: [] });
  }
}

function more(table: readonly string[], whole: number): readonly string[] {
  return table.length === whole ? table : [...table, `… ${whole - table.length} more lines`];
}

/** A backslash takes the meaning of every sign of Discord's Markdown, mentions and links included. */
function escapeMarkdown(text: string): string {
  return harmless(text).replace(/[\\*_~`|>#[\]<]/g, "\\$&");
}

/** Inside a fence only the end of the fence means something. */
function escapeFence(text: string): string {
  return harmless(text).replaceAll("`", "ˋ");
}
