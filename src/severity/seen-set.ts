/**
 * Which keys were seen: open addressing over 64-bit fingerprints, each with the minute of its
 * row's window time so that old ones can be swept out. SPEC 1: every row within 25 h of the clock, at most
 * four million, the oldest out first.
 */
import { type Fingerprint, fingerprint } from "./fingerprint.ts";

const MINUTE_MS = 60_000;
const SLOTS_MIN = 1_024;
/** Above this share of used slots probing gets long. */
const LOAD_MAX = 0.6;
/** After a sweep the table grows only if it would soon be full again. */
const GROW_AT = 0.45;
/** Words per slot, and where each stands. */
const WORDS = 4;
const HIGH = 1;
const MINUTE = 2;
const TAG = 3;
/** Minute 0 marks a free slot; real minutes since 1970 are far above it. */
const FREE = 0;

/** SPEC 1: how long a key is remembered, by the window time of its row. */
export const SEEN_MS = 25 * 60 * MINUTE_MS;
export const SEEN_KEYS_MAX = 4_000_000;
/** When there are too many, a tenth goes at once: sweeping is not paid on every row. */
const KEEP_SHARE = 0.9;

export type SavedKey = readonly [high: number, low: number, minute: number, tag: number];

export interface SeenLimits {
  /** Infinity keeps everything: what `replay` does. */
  readonly retainMs: number;
  readonly keysMax: number;
}

export class SeenSet {
  readonly #limits: SeenLimits;
  #slots = SLOTS_MIN;
  /** Four words a slot (low, high, minute, tag), so that a look-up touches one cache line. */
  #words = new Uint32Array(SLOTS_MIN * WORDS);
  #size = 0;
  #dropped = 0;
  readonly #scratch: Fingerprint = { high: 0, low: 0 };

  constructor(limits: SeenLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }
  /** Keys forgotten before their time because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** True if `key` is new; it is remembered from now on, with a number that `tagOf` gives back. */
  add(
    key: string,
    at: { readonly timeMs: number; readonly nowMs: number; readonly tag?: number },
  ): boolean {
    const { high, low } = fingerprint(key, this.#scratch);
    const word = this.#find(high, low);
    if (this.#words[word + MINUTE] !== FREE) return false;
    this.#words[word] = low;
    this.#words[word + HIGH] = high;
    this.#words[word + MINUTE] = Math.max(1, Math.floor(at.timeMs / MINUTE_MS));
    this.#words[word + TAG] = at.tag ?? 0;
    this.#size += 1;
    if (this.#size > this.#slots * LOAD_MAX || this.#size > this.#limits.keysMax) {
      this.#rebuild(at.nowMs);
    }
    return true;
  }

  has(key: string): boolean {
    const { high, low } = fingerprint(key, this.#scratch);
    return this.#words[this.#find(high, low) + MINUTE] !== FREE;
  }

  /** The tag of a remembered key; 0 for one that is not, or has none. */
  tagOf(key: string): number {
    const { high, low } = fingerprint(key, this.#scratch);
    const word = this.#find(high, low);
    return this.#words[word + MINUTE] === FREE ? 0 : (this.#words[word + TAG] as number);
  }

  save(): readonly SavedKey[] {
    const saved: SavedKey[] = [];
    for (let word = 0; word < this.#words.length; word += WORDS) {
      const minute = this.#words[word + MINUTE] as number;
      if (minute === FREE) continue;
      const tag = this.#words[word + TAG] as number;
      saved.push([this.#words[word + HIGH] as number, this.#words[word] as number, minute, tag]);
    }
    return saved;
  }

  restore(saved: readonly SavedKey[]): void {
    for (const [high, low, minute, tag] of saved) {
      this.#put([high, low, minute, tag]);
      if (this.#size > this.#slots * LOAD_MAX) this.#resize(this.#slots * 2);
    }
  }

  /** The first word of the slot that holds the fingerprint, or of the free one where it belongs. */
  #find(high: number, low: number): number {
    const words = this.#words;
    const last = words.length - 1;
    let word = (low * WORDS) & last;
    while (words[word + MINUTE] !== FREE && (words[word] !== low || words[word + HIGH] !== high)) {
      word = (word + WORDS) & last;
    }
    return word;
  }

  #put([high, low, minute, tag]: SavedKey): void {
    const word = this.#find(high, low);
    if (this.#words[word + MINUTE] === FREE) this.#size += 1;
    this.#words[word] = low;
    this.#words[word + HIGH] = high;
    this.#words[word + MINUTE] = minute;
    this.#words[word + TAG] = tag;
  }

  /** Sweeps out what is too old, then (if still too many) the oldest minutes, then grows if needed. */
  #rebuild(nowMs: number): void {
    const oldest = Math.max(1, Math.floor((nowMs - this.#limits.retainMs) / MINUTE_MS));
    let young = 0;
    for (let word = MINUTE; word < this.#words.length; word += WORDS) {
      if ((this.#words[word] as number) >= oldest) young += 1;
    }
    const { from, left } =
      young <= this.#limits.keysMax ? { from: oldest, left: young } : this.#shed(oldest, young);
    this.#resize(left > this.#slots * GROW_AT ? this.#slots * 2 : this.#slots, from);
  }

  /** The first minute to keep so that few enough of `young` keys stay, and how many these are. */
  #shed(oldest: number, young: number): { from: number; left: number } {
    const counts = new Map<number, number>();
    for (let word = MINUTE; word < this.#words.length; word += WORDS) {
      const minute = this.#words[word] as number;
      if (minute >= oldest) counts.set(minute, (counts.get(minute) ?? 0) + 1);
    }
    let left = young;
    for (const minute of [...counts.keys()].sort((a, b) => a - b)) {
      if (left <= this.#limits.keysMax * KEEP_SHARE) return { from: minute, left };
      left -= counts.get(minute) ?? 0;
      this.#dropped += counts.get(minute) ?? 0;
    }
    return { from: Number.POSITIVE_INFINITY, left };
  }

  #resize(slots: number, fromMinute = 1): void {
    const old = this.#words;
    this.#slots = slots;
    this.#words = new Uint32Array(slots * WORDS);
    this.#size = 0;
    for (let word = 0; word < old.length; word += WORDS) {
      const minute = old[word + MINUTE] as number;
      if (minute === FREE || minute < fromMinute) continue;
      const tag = old[word + TAG] as number;
      this.#put([old[word + HIGH] as number, old[word] as number, minute, tag]);
    }
  }
}
