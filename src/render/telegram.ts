/** A message in Telegram's HTML. Pure. https://core.telegram.org/bots/api#html-style */
import type { RenderedMessage } from "../notifiers/notifier.ts";
import { cut } from "./cut.ts";
import { harmless } from "./harmless.ts";
import { plainLines } from "./plain.ts";
import { formatClockSeconds } from "./times.ts";

/** Longest text of one message, in characters (https://core.telegram.org/bots/api#sendmessage). */
export const TELEGRAM_TEXT_CHARS_MAX = 4_096;

/** Longest text under a picture (https://core.telegram.org/bots/api#sendphoto). */
export const TELEGRAM_CAPTION_CHARS_MAX = 1_024;

/** Longest single line that is kept when a message is too long, before escaping. */
const LINE_CHARS_MAX = 300;

/** The three characters that Telegram's parser reads; quotes matter in attributes only. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Bold title, paragraphs, facts, coverage and footer in italics; facts are dropped if too long for a
 * text, or for the caption under a picture.
 */
export function telegramHtml(
  message: RenderedMessage,
  charsMax: number = TELEGRAM_TEXT_CHARS_MAX,
): string {
  const full = html(message, message.facts, Number.POSITIVE_INFINITY);
  if (full.length <= charsMax) return full;
  // Title, two paragraphs, coverage and footer: what is left in the end must fit.
  const lineCharsMax = Math.min(LINE_CHARS_MAX, Math.floor(charsMax / 7));
  for (let kept = message.facts.length; kept > 0; kept -= 1) {
    const shorter = html(message, message.facts.slice(0, kept), lineCharsMax);
    if (shorter.length <= charsMax) return shorter;
  }
  return html({ ...message, lines: message.lines.slice(0, 2) }, [], lineCharsMax);
}

function html(message: RenderedMessage, facts: readonly string[], lineCharsMax: number): string {
  const safe = (text: string): string => escapeHtml(cut(harmless(text), lineCharsMax));
  const head = [`<b>${safe(message.title)}</b>`, ...message.lines.map(safe)];
  const end = [`<i>${formatClockSeconds(message.atMs)} · ${safe(message.footer)}</i>`];
  if (message.coverage !== "") end.unshift(`<i>${safe(message.coverage)}</i>`);
  return [head, facts.map(safe), end]
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n");
}

/** The same without any markup, for a text whose entities Telegram could not parse. */
export function telegramPlain(
  message: RenderedMessage,
  charsMax: number = TELEGRAM_TEXT_CHARS_MAX,
): string {
  return cut(harmless(plainLines(message).join("\n")), charsMax);
}
