/**
 * What Discord and Telegram make of a text, as runs of plain text with marks. Pure: no HTML ever
 * reaches the page from a message, the runs become elements one by one.
 *
 * @typedef {{ text: string, marks: readonly string[] }} Run
 */

/** Tags of Telegram's HTML mode (https://core.telegram.org/bots/api#html-style) and our marks. */
const TELEGRAM_TAGS = new Map([
  ["b", "strong"],
  ["strong", "strong"],
  ["i", "em"],
  ["em", "em"],
  ["u", "u"],
  ["ins", "u"],
  ["s", "s"],
  ["strike", "s"],
  ["del", "s"],
  ["code", "code"],
  ["pre", "code"],
  ["blockquote", "em"],
  ["tg-spoiler", "em"],
  ["a", "u"],
  ["span", "em"],
]);

/** The only named entities that Telegram knows. */
const ENTITIES = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
]);

const TAG = /<(\/?)([a-z][a-z-]*)(?:\s[^<>]*)?>/giu;

/** Unknown tags are dropped, their text stays. @param {string} html @returns {Run[]} */
export function telegramRuns(html) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {string[]} */
  let open = [];
  let from = 0;
  for (const tag of html.matchAll(TAG)) {
    pushText(runs, html.slice(from, tag.index), open);
    from = tag.index + tag[0].length;
    const mark = TELEGRAM_TAGS.get((tag[2] ?? "").toLowerCase());
    if (mark === undefined) continue;
    open = tag[1] === "/" ? closed(open, mark) : [...open, mark];
  }
  pushText(runs, html.slice(from), open);
  return runs;
}

/** @param {readonly string[]} open @param {string} mark */
function closed(open, mark) {
  const last = open.lastIndexOf(mark);
  return last < 0 ? [...open] : open.filter((_, index) => index !== last);
}

/** @param {Run[]} runs @param {string} raw @param {readonly string[]} marks */
function pushText(runs, raw, marks) {
  if (raw === "") return;
  const text = raw.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,4});/giu, (whole, name) =>
    entity(whole, name),
  );
  runs.push({ text, marks: [...new Set(marks)] });
}

/** @param {string} whole @param {string} name */
function entity(whole, name) {
  if (!name.startsWith("#")) return ENTITIES.get(name.toLowerCase()) ?? whole;
  const isHex = name[1] === "x" || name[1] === "X";
  const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

const DISCORD =
  /\\([\\*_~`|>#\-()[\]])|\*\*([^*]+)\*\*|`([^`]+)`|\*([^*]+)\*|<t:(\d{1,12})(?::([tTdDfFR]))?>/gu;

/**
 * Discord's markdown as far as our messages use it, and its timestamps.
 * @param {string} text @param {number} nowMs for relative times @returns {Run[]}
 */
export function discordRuns(text, nowMs) {
  /** @type {Run[]} */
  const runs = [];
  let from = 0;
  const push = (/** @type {string} */ plain, /** @type {string[]} */ marks) => {
    const last = runs.at(-1);
    if (plain === "") return;
    if (last !== undefined && last.marks.length === 0 && marks.length === 0) last.text += plain;
    else runs.push({ text: plain, marks });
  };
  for (const found of text.matchAll(DISCORD)) {
    push(text.slice(from, found.index), []);
    from = found.index + found[0].length;
    const [, escaped, bold, code, italic, seconds, style] = found;
    if (escaped !== undefined) push(escaped, []);
    else if (bold !== undefined) push(bold, ["strong"]);
    else if (code !== undefined) push(code, ["code"]);
    else if (italic !== undefined) push(italic, ["em"]);
    else push(timestamp(Number(seconds) * 1000, style ?? "f", nowMs), ["time"]);
  }
  push(text.slice(from), []);
  return runs;
}

/** @param {number} atMs @param {string} style @param {number} nowMs */
function timestamp(atMs, style, nowMs) {
  const iso = new Date(atMs).toISOString();
  const [day, time] = [iso.slice(0, 10), iso.slice(11, 16)];
  if (style === "R") return relative(nowMs - atMs);
  if (style === "t") return `${time} UTC`;
  if (style === "T") return `${iso.slice(11, 19)} UTC`;
  return style === "d" || style === "D" ? day : `${day} ${time} UTC`;
}

/** @param {number} ms since then */
function relative(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "a minute ago" : `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? "an hour ago" : `${hours} hours ago`;
}
