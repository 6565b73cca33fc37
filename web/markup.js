/**
 * What Discord and Telegram make of a text, as runs of plain text with marks. Pure: no HTML ever
 * reaches the page from a message, the runs become elements one by one.
 *
 * @typedef {{ text: string, marks: readonly string[], at?: string }} Run `at` (ISO): shown as an age
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
  ["pre", "pre"],
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
    // A block ends its line by itself.
    if (tag[0].toLowerCase() === "</pre>" && html[from] === "\n") from += 1;
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
 * @param {string} text @returns {Run[]}
 */
export function discordRuns(text) {
  /** @type {Run[]} */
  const runs = [];
  let from = 0;
  const push = (/** @type {string} */ plain, /** @type {string[]} */ marks) => {
    const last = runs.at(-1);
    if (plain === "") return;
    const isPlain = marks.length === 0 && last?.marks.length === 0 && last.at === undefined;
    if (isPlain) last.text += plain;
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
    else if (style === "R") runs.push({ text: "", marks: [], at: iso(Number(seconds)) });
    else push(timestamp(Number(seconds), style ?? "f"), ["time"]);
  }
  push(text.slice(from), []);
  return runs;
}

/** @param {number} seconds since 1970 */
function iso(seconds) {
  return new Date(seconds * 1000).toISOString();
}

/** @param {number} seconds @param {string} style */
function timestamp(seconds, style) {
  const [day, time] = [iso(seconds).slice(0, 10), iso(seconds).slice(11, 16)];
  if (style === "t") return `${time} UTC`;
  if (style === "T") return `${iso(seconds).slice(11, 19)} UTC`;
  return style === "d" || style === "D" ? day : `${day} ${time} UTC`;
}
