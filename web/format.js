/** Numbers as people read them, always with their unit. Pure. */

/** @type {readonly (readonly [number, string])[]} */
const UNITS = [
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "K"],
];

/** USD to three digits: $7.42M, $610K, $85. @param {number | null} usd */
export function money(usd) {
  if (usd === null) return "unpriced";
  // 999.6 K would round to four digits: it is already 1.00 M.
  for (const [size, letter] of UNITS) {
    if (Number((usd / size).toPrecision(3)) >= 1) return `$${threeDigits(usd / size)}${letter}`;
  }
  return `$${Math.round(usd)}`;
}

/** @param {number} value from 1 to 1000 */
function threeDigits(value) {
  const rounded = Number(value.toPrecision(3));
  return rounded.toFixed(rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2);
}

/** Quote per base to six digits, thousands grouped: 67,412 or 0.00001234. @param {number} value */
export function price(value) {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}

/** @param {number} value */
export function count(value) {
  return value.toLocaleString("en-US");
}

/** @param {number} part @param {number} whole */
export function percent(part, whole) {
  return whole > 0 ? `${Math.round((part / whole) * 100)}%` : "0%";
}

/**
 * Parts with their share of the whole. The share belongs to the item: it changes with the whole
 * while the part stays, and lists draw again only what changed.
 * @template Part
 * @param {readonly (Part & { totalUsd: number })[]} parts @param {number} wholeUsd
 */
export function withShares(parts, wholeUsd) {
  return parts.map((part) => ({
    ...part,
    share: percent(part.totalUsd, wholeUsd),
    barPct: wholeUsd > 0 ? Math.round((part.totalUsd / wholeUsd) * 1000) / 10 : 0,
  }));
}

/** The largest whole unit: 4 s, 12 min, 3 h, 2 d. @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A lag to a tenth of a second below ten. @param {number | null} ms */
export function lag(ms) {
  if (ms === null) return "–";
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}

/** A rule's window: 100 ms, 10 s, 5 min, 24 h. @param {number} ms */
export function windowText(ms) {
  if (ms % 1000 !== 0) return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

/** UTC hours, minutes, seconds. @param {string} at ISO time */
export function clock(at) {
  return at.slice(11, 19);
}

/**
 * Longs, shorts or both, in words: colour alone must never carry the side.
 * @param {number} longUsd @param {number} shortUsd
 */
export function mainSide(longUsd, shortUsd) {
  const whole = longUsd + shortUsd;
  if (whole === 0) return { name: "mixed", words: "no money yet" };
  if (longUsd / whole >= 0.7) return { name: "long", words: `${percent(longUsd, whole)} longs` };
  if (shortUsd / whole >= 0.7)
    return { name: "short", words: `${percent(shortUsd, whole)} shorts` };
  return {
    name: "mixed",
    words: `${percent(longUsd, whole)} longs, ${percent(shortUsd, whole)} shorts`,
  };
}
