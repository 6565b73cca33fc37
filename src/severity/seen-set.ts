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
/** Minute 0 marks a free slot; real minutes since 1970 are far above it. */
const FREE = 0;

/** SPEC 1: how long a key is remembered, by the window time of its row. */
export const SEEN_MS = 25 * 60 * MINUTE_MS;
export const SEEN_KEYS_MAX = 4_000_000;
/** When there are too many, a tenth goes at once: sweeping is not paid on every row. */
const KEEP_SHARE = 0.9;

export interface SeenLimits {
  /** Infinity keeps everything: what `replay` does. */
  readonly retainMs: number;
  readonly keysMax: number;
}

export class SeenSet {
  readonly #limits: SeenLimits;
  #slots = SLOTS_MIN;
  #high = new Uint32Array(SLOTS_MIN);
  #low = new Uint32Array(SLOTS_MIN);
  #minutes = new Uint32Array(SLOTS_MIN);
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

  /** True if `key` is new; it is remembered from now on. */
  add(key: string, at: { readonly timeMs: number; readonly nowMs: number }): boolean {
    const { high, low } = fingerprint(key, this.#scratch);
    const slot = this.#find(high, low);
    if (this.#minutes[slot] !== FREE) return false;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#minutes[slot] = Math.max(1, Math.floor(at.timeMs / MINUTE_MS));
    this.#size += 1;
    if (this.#size > this.#slots * LOAD_MAX || this.#size > this.#limits.keysMax) {
      this.#rebuild(at.nowMs);
    }
    return true;
  }

  has(key: string): boolean {
    const { high, low } = fingerprint(key, this.#scratch);
    return this.#minutes[this.#find(high, low)] !== FREE;
  }

  save(): readonly (readonly [number, number, number])[] {
    const saved: [number, number, number][] = [];
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const minute = this.#minutes[slot] as number;
      if (minute !== FREE) {
        saved.push([this.#high[slot] as number, this.#low[slot] as number, minute]);
      }
    }
    return saved;
  }

  restore(saved: readonly (readonly [number, number, number])[]): void {
    for (const [high, low, minute] of saved) {
      this.#put(this.#find(high, low), { high, low, minute });
      if (this.#size > this.#slots * LOAD_MAX) this.#resize(this.#slots * 2);
    }
  }

  #find(high: number, low: number): number {
    const mask = this.#slots - 1;
    let slot = low & mask;
    while (this.#minutes[slot] !== FREE && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #put(slot: number, entry: { high: number; low: number; minute: number }): void {
    this.#high[slot] = entry.high;
    this.#low[slot] = entry.low;
    this.#minutes[slot] = entry.minute;
    this.#size += 1;
  }

  /** Sweeps out what is too old, then (if still too many) the oldest minutes, then grows if needed. */
  #rebuild(nowMs: number): void {
    const oldest = Math.max(1, Math.floor((nowMs - this.#limits.retainMs) / MINUTE_MS));
    const counts = new Map<number, number>();
    for (const minute of this.#minutes) {
      if (minute >= oldest) counts.set(minute, (counts.get(minute) ?? 0) + 1);
    }
    const { from, left } = this.#shed(counts, oldest);
    this.#resize(left > this.#slots * GROW_AT ? this.#slots * 2 : this.#slots, from);
  }

  /** The first minute to keep so that few enough keys stay, and how many these are. */
  #shed(counts: ReadonlyMap<number, number>, oldest: number): { from: number; left: number } {
    let left = 0;
    for (const count of counts.values()) left += count;
    if (left <= this.#limits.keysMax) return { from: oldest, left };
    for (const minute of [...counts.keys()].sort((a, b) => a - b)) {
      if (left <= this.#limits.keysMax * KEEP_SHARE) return { from: minute, left };
      left -= counts.get(minute) ?? 0;
      this.#dropped += counts.get(minute) ?? 0;
    }
    return { from: Number.POSITIVE_INFINITY, left };
  }

  #resize(slots: number, fromMinute = 1): void {
    const [high, low, minutes] = [this.#high, this.#low, this.#minutes];
    this.#slots = slots;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#minutes = new Uint32Array(slots);
    this.#size = 0;
    for (let old = 0; old < minutes.length; old += 1) {
      const entry = {
        high: high[old] as number,
        low: low[old] as number,
        minute: minutes[old] as number,
      };
      if (entry.minute !== FREE && entry.minute >= fromMinute) {
        this.#put(this.#find(entry.high, entry.low), entry);
      }
    }
  }
}
