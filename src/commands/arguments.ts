/** Arguments in any order, recognized by their shape: `$2.5m` is money, `5m` a window. Pure. */
import { parseDuration } from "../duration.ts";
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import { resolveAsset } from "./assets.ts";

/** One thing that a command takes; everything is optional. */
export type Argument = { readonly summary: string } & (
  | { readonly shape: "asset" | "venue" | "rule" | "window" | "duration" | "money" }
  | { readonly shape: "count"; readonly max: number }
  | { readonly shape: "word"; readonly words: readonly string[] }
  /** Words that the command reads itself: nothing else is recognized beside it. */
  | { readonly shape: "text"; readonly name: string }
  /** `low=$2m`: one of the words that a command with a text reads. */
  | { readonly shape: "named"; readonly name: string }
);
export type Shape = Argument["shape"];

/** What was asked for; null = not said. */
export interface Arguments {
  readonly asset: string | null;
  readonly venue: VenueId | null;
  readonly rule: string | null;
  readonly windowMs: number | null;
  readonly durationMs: number | null;
  readonly count: number | null;
  readonly minCents: number | null;
  readonly word: string | null;
  /** All words, for commands that take a text. */
  readonly words: readonly string[];
}

export interface Known {
  readonly assets: readonly string[];
  /** Venues that are listened to, with their names as people write them. */
  readonly venues: readonly { readonly venue: VenueId; readonly title: string }[];
  /** Names of the rules in force. */
  readonly rules: readonly string[];
}

/** Arguments, or a sentence about what is wrong with them. */
export type ReadArguments = { readonly args: Arguments } | { readonly problem: string };

/** More words are a pasted text and no question. */
const WORDS_MAX = 12;
/** What is quoted back of somebody's own word, in characters. */
const QUOTED_CHARS_MAX = 30;

const VENUE_NAMES: Readonly<Record<string, VenueId>> = {
  okex: "okx",
  gateio: "gate",
  "gate.io": "gate",
  huobi: "htx",
  kraken: "kraken-futures",
  hl: "hyperliquid",
};

const MONEY =
  /^\$(\d{1,12})(?:\.(\d{1,6}))?([kmb])?$|^(\d{1,12})(?:\.(\d{1,6}))?([kmb])?(?:\$|usd)$/;
const MONEY_ZEROS: Readonly<Record<string, number>> = { k: 3, m: 6, b: 9 };
const COUNT = /^\d{1,6}$/;
const SPAN =
  /^(\d{1,9})(ms|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hrs|hour|hours|d|day|days)$/;
/** Words that ask for every asset. */
const EVERYTHING: readonly string[] = ["all", "everything", "market"];

const NOTHING: Arguments = {
  ...{ asset: null, venue: null, rule: null, windowMs: null, durationMs: null },
  ...{ count: null, minCents: null, word: null, words: [] },
};

/** Reads the words behind a command against what it takes. */
export function readArguments(
  words: readonly string[],
  { takes, known }: { readonly takes: readonly Argument[]; readonly known: Known },
): ReadArguments {
  if (words.length > WORDS_MAX) return { problem: `At most ${WORDS_MAX} words, please.` };
  if (takesShape(takes, "text")) return { args: { ...NOTHING, words } };
  let args: Arguments = NOTHING;
  const given = new Map<keyof Arguments, string>();
  for (const word of joinedSpans(words)) {
    const read = readWord(word.toLowerCase(), word, { takes, known });
    if ("problem" in read) return read;
    for (const key of keysOf(read)) {
      const before = given.get(key);
      if (before !== undefined && args[key] !== read[key]) {
        return { problem: `${quoted(before)} and ${quoted(word)}: one at a time, please.` };
      }
      given.set(key, word);
    }
    args = { ...args, ...read };
  }
  return { args };
}

function keysOf(read: Partial<Arguments>): readonly (keyof Arguments)[] {
  return Object.keys(NOTHING).filter((key): key is keyof Arguments => key in read);
}

type Read = Partial<Arguments> | { readonly problem: string };

/** From the clearest shape to the freest: whatever is nothing else is an asset. */
function readWord(
  word: string,
  typed: string,
  { takes, known }: { readonly takes: readonly Argument[]; readonly known: Known },
): Read {
  const taken = takes.find((one) => one.shape === "word" && one.words.includes(word));
  if (taken !== undefined) return { word };
  const minCents = parseMoney(word);
  if (minCents !== null) return taking("money", { minCents }, { takes, typed });
  const spanMs = parseSpan(word);
  if (spanMs !== null) {
    if (takes.some(({ shape }) => shape === "duration")) return { durationMs: spanMs };
    return taking("window", { windowMs: spanMs }, { takes, typed });
  }
  if (COUNT.test(word)) return readCount(Number(word), takes, typed);
  if (EVERYTHING.includes(word) && takesShape(takes, "asset")) return { asset: null };
  return readName(word, typed, { takes, known });
}

function readCount(count: number, takes: readonly Argument[], typed: string): Read {
  const counted = takes.find((one) => one.shape === "count");
  if (counted === undefined || counted.shape !== "count") {
    const hint = takesShape(takes, "window") || takesShape(takes, "duration");
    return {
      problem: `${quoted(typed)} is a bare number${hint ? "; a time is written 5m or 24h" : ""}.`,
    };
  }
  if (count < 1 || count > counted.max) {
    return { problem: `${quoted(typed)}: between 1 and ${counted.max}, please.` };
  }
  return { count };
}

/** Feeds win over assets of the same name (`dydx`), `$` makes it an asset in any case. */
function readName(
  word: string,
  typed: string,
  { takes, known }: { readonly takes: readonly Argument[]; readonly known: Known },
): Read {
  const venue = word.startsWith("$") ? null : venueOf(word.replace(/^@/, ""), known);
  const isFeed = known.venues.some((feed) => feed.venue === venue);
  if (venue !== null && isFeed) return taking("venue", { venue }, { takes, typed });
  const rule = ruleOf(word, { takes, known });
  if (rule !== null) return { rule };
  const resolved = resolveAsset(word, known.assets);
  if ("asset" in resolved) return taking("asset", { asset: resolved.asset }, { takes, typed });
  if (venue !== null) {
    const listened = known.venues.map(({ title }) => title).join(", ");
    return { problem: `${quoted(typed)} is not listened to here; feeds: ${listened || "none"}.` };
  }
  if (!takesShape(takes, "asset")) return { problem: `${quoted(typed)} is not understood here.` };
  const hint = resolved.nearest === null ? "" : ` Did you mean ${resolved.nearest}?`;
  return { problem: `No asset or venue called ${quoted(typed)} is known.${hint}` };
}

function venueOf(word: string, known: Known): VenueId | null {
  const titled = known.venues.find(({ title }) => title.toLowerCase() === word);
  const named = Object.hasOwn(VENUE_NAMES, word) ? VENUE_NAMES[word] : undefined;
  return titled?.venue ?? VENUE_IDS.find((id) => id === word) ?? named ?? null;
}

/** A rule's name wins over an asset's: `$` makes it an asset in any case. */
function ruleOf(
  word: string,
  { takes, known }: { readonly takes: readonly Argument[]; readonly known: Known },
): string | null {
  if (!takesShape(takes, "rule")) return null;
  return known.rules.find((name) => name.toLowerCase() === word) ?? null;
}

const SHAPE_WORDS: Readonly<Record<Shape, string>> = {
  asset: "an asset",
  venue: "a venue",
  rule: "a rule",
  window: "a window",
  duration: "a time",
  money: "money",
  count: "a number",
  word: "a word",
  text: "a text",
  named: "a figure with its name",
};

function taking(
  shape: Shape,
  read: Partial<Arguments>,
  { takes, typed }: { readonly takes: readonly Argument[]; readonly typed: string },
): Read {
  if (takesShape(takes, shape)) return read;
  return {
    problem: `${quoted(typed)} is ${SHAPE_WORDS[shape]}, which this command does not take.`,
  };
}

function takesShape(takes: readonly Argument[], shape: Shape): boolean {
  return takes.some((one) => one.shape === shape);
}

/** `5 min` is one word to whoever types it. */
function joinedSpans(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1) ?? "";
    const both = before + word;
    const isUnit = COUNT.test(before) && /^[a-z]+$/i.test(word);
    if (isUnit && SPAN.test(both.toLowerCase())) joined[joined.length - 1] = both;
    else joined.push(word);
  }
  return joined;
}

/** Milliseconds of `5m`, `5min`, `24hours`; null for anything else. */
export function parseSpan(word: string): number | null {
  const [, amount, unit] = SPAN.exec(word) ?? [];
  if (amount === undefined || unit === undefined) return null;
  const durationMs = parseDuration(amount + (unit === "ms" ? unit : unit.charAt(0)));
  return durationMs === null || durationMs === 0 ? null : durationMs;
}

/** Integer cents of `$2.5m`, `$2,500,000`, `500kusd`; null for anything else. */
export function parseMoney(word: string): number | null {
  const match = MONEY.exec(word.replaceAll(",", ""));
  if (match === null) return null;
  const whole = match[1] ?? match[4] ?? "0";
  const fraction = match[2] ?? match[5] ?? "";
  const zeros = 2 + (MONEY_ZEROS[match[3] ?? match[6] ?? ""] ?? 0);
  // By digits, so that $2.3m is exact; what is smaller than a cent is left off.
  const cents = Number(whole + fraction.padEnd(zeros, "0").slice(0, zeros));
  return Number.isSafeInteger(cents) ? cents : null;
}

/** Somebody's own word, short and on one line. */
export function quoted(word: string): string {
  const line = word.replace(/[\p{C}\s]+/gu, " ").trim();
  return `"${line.length <= QUOTED_CHARS_MAX ? line : `${line.slice(0, QUOTED_CHARS_MAX)}…`}"`;
}
