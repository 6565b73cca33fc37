/** Damaged frames: the text with flipped bits and cuts, the value with swapped, lost and wild fields. */
import type { Chance } from "../../oracle/chance.ts";

const WILD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  1_791_435_151_350,
  "",
  "0",
  "-1",
  "+1",
  " 1",
  "1e309",
  "1e5",
  "1e-7",
  "NaN",
  "Infinity",
  "0x10",
  "0.000",
  "00012.50",
  "1791435151350",
  "1791435151350.7",
  "SELL",
  "BUY",
  "Buy",
  "Sell",
  "sell",
  "buy",
  "long",
  "short",
  "net",
  "hold",
  "__proto__",
  "\u0000",
  "\u202e",
  "\ud800",
  "牛",
  "9".repeat(41),
  "9".repeat(5_000),
  "x".repeat(97),
  [],
  {},
  [[]],
  { __proto__: null, toString: 1 },
];

/** Text that JSON.parse reads in its own way: infinities, pollution, endless nesting. */
const RAW = [
  "1e309",
  "-1e309",
  '{"__proto__":{"S":"BUY"}}',
  `${"[".repeat(3_000)}${"]".repeat(3_000)}`,
];

const NEEDLE = "@raw@";

/** One damaged copy of a frame. */
export function mutantOf(text: string, chance: Chance): string {
  switch (chance.integer(0, 7)) {
    case 0:
      return flipped(text, chance);
    case 1:
      return text.slice(0, chance.integer(0, text.length));
    case 2:
      return withoutSpan(text, chance);
    case 3:
      return withDuplicateKey(text, chance);
    case 4:
      return withRaw(text, chance);
    default:
      return damagedValue(text, chance);
  }
}

function flipped(text: string, chance: Chance): string {
  const bytes = Buffer.from(text);
  for (let flips = chance.integer(1, 3); flips > 0; flips -= 1) {
    const at = chance.integer(0, bytes.length - 1);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << chance.integer(0, 7)), at);
  }
  return bytes.toString("utf8");
}

function withoutSpan(text: string, chance: Chance): string {
  const from = chance.integer(0, text.length - 1);
  return text.slice(0, from) + text.slice(from + chance.integer(1, 12));
}

/** `"S":"Buy"` becomes `"S":<wild>,"S":"Buy"` or the other way round: the last one counts. */
function withDuplicateKey(text: string, chance: Chance): string {
  const members = [...text.matchAll(/"(\w+)":("[^"]*"|\d+)/g)];
  if (members.length === 0) return `${text} `;
  const [member, key] = chance.pick(members);
  const wild = `"${key}":${JSON.stringify(chance.pick(WILD))}`;
  const both = chance.in100(50) ? `${wild},${member}` : `${member},${wild}`;
  return text.replace(member, () => both);
}

function withRaw(text: string, chance: Chance): string {
  const value = damaged(text, chance, () => NEEDLE);
  return JSON.stringify(value).replace(`"${NEEDLE}"`, () => chance.pick(RAW));
}

function damagedValue(text: string, chance: Chance): string {
  return JSON.stringify(damaged(text, chance, () => chance.pick(WILD)));
}

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

/** Replaces, removes or repeats one value somewhere in the frame. */
function damaged(text: string, chance: Chance, wild: () => unknown): unknown {
  const root = JSON.parse(text);
  if (typeof root !== "object") return wild();
  const { holder, key } = chance.pick(placesIn(root));
  const kind = chance.integer(0, 3);
  if (Array.isArray(holder)) {
    const at = Number(key);
    if (kind === 0) holder.splice(at, 1);
    else if (kind === 1) holder.splice(at, 0, structuredClone(holder[at]));
    else holder[at] = wild();
  } else if (kind === 0) {
    delete holder[key];
  } else {
    holder[key] = wild();
  }
  return root;
}

function placesIn(value: unknown): Place[] {
  if (!isHolder(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    { holder: value, key },
    ...placesIn(inner),
  ]);
}

function isHolder(value: unknown): value is Place["holder"] {
  return typeof value === "object" && value !== null;
}
