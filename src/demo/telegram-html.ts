/** Telegram's own reading of HTML: what it accepts, and the words in which it refuses. Pure. */

/** https://core.telegram.org/bots/api#html-style */
const TAGS = new Set([
  "b",
  "strong",
  "i",
  "em",
  "u",
  "ins",
  "s",
  "strike",
  "del",
  "span",
  "tg-spoiler",
  "tg-emoji",
  "a",
  "code",
  "pre",
  "blockquote",
]);
const NAMED = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
]);
const TAG =
  /^<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s">]*))?)*)\s*>/i;
const CODE_POINT_MAX = 0x10_ff_ff;

/** The text that readers see, or Telegram's description of the first mistake. */
export function readTelegramHtml(
  html: string,
): { readonly text: string } | { readonly error: string } {
  const open: string[] = [];
  let text = "";
  for (let at = 0; at < html.length; ) {
    if (html[at] !== "<") {
      const next = html.indexOf("<", at);
      const end = next < 0 ? html.length : next;
      text += decode(html.slice(at, end));
      at = end;
      continue;
    }
    const offset = Buffer.byteLength(html.slice(0, at));
    const [tag, slash, rawName] = TAG.exec(html.slice(at)) ?? [];
    if (tag === undefined || rawName === undefined)
      return refusal(startError(html.slice(at), offset));
    const name = rawName.toLowerCase();
    if (slash === "/") {
      const expected = open.pop();
      if (expected === undefined) return refusal(`Unexpected end tag at byte offset ${offset}`);
      if (expected !== name) {
        return refusal(
          `Unmatched end tag at byte offset ${offset}, expected "</${expected}>", found "</${name}>"`,
        );
      }
    } else {
      if (!TAGS.has(name)) {
        return refusal(`Unsupported start tag "${name}" at byte offset ${offset}`);
      }
      open.push(name);
    }
    at += tag.length;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    return refusal(`Can't find end tag corresponding to start tag "${unclosed}"`);
  }
  return { text };
}

function startError(rest: string, offset: number): string {
  const name = /^<\/?([^\s>]*)/.exec(rest)?.[1] ?? "";
  return rest.includes(">")
    ? `Unsupported start tag "${name.toLowerCase()}" at byte offset ${offset}`
    : `Unclosed start tag at byte offset ${offset}`;
}

function refusal(reason: string): { readonly error: string } {
  return { error: `Bad Request: can't parse entities: ${reason}` };
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));?/gi, (whole, ten, hex, name) => {
    if (name !== undefined) return NAMED.get(name) ?? whole;
    const point = ten === undefined ? Number.parseInt(hex, 16) : Number(ten);
    return point > 0 && point <= CODE_POINT_MAX ? String.fromCodePoint(point) : whole;
  });
}
