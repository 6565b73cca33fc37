import { describe, expect, it } from "vitest";
import { NormalBook, type NormalState } from "../../src/severity/normal-book.ts";
import { Watch } from "../../src/severity/watch.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { PlainNormal } from "./plain-normal.ts";
import { rowOf, T0 } from "./samples.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FIVE_MS = 5 * MINUTE_MS;
/** 10,000 looks at what is usual. */
const SEEDS = 2_500;
const PARTS = 4;

const ASSETS = ["BTC", "PEPE"];
const STEPS_MS = [0, 1, 999, FIVE_MS - 1, FIVE_MS, FIVE_MS, 3 * FIVE_MS, HOUR_MS, 5 * HOUR_MS];
const LONG_STEPS_MS = [...STEPS_MS, DAY_MS, 3 * DAY_MS, 8 * DAY_MS];
const LAGS_MS = [0, 0, 0, 1, FIVE_MS, FIVE_MS + 1, HOUR_MS, DAY_MS, 25 * HOUR_MS, 25 * HOUR_MS + 1];
const CENTS = [0, 100, 100, 250, 700, 12_345, 99_999_999];

/** One book beside its plain reading, fed alike. */
class Pair {
  readonly #chance: Chance;
  readonly #plain = new PlainNormal();
  readonly #watch = new Watch(["binance", "bybit"]);
  #book: NormalBook;
  nowMs: number;
  #rows = 0;

  constructor(seed: number) {
    this.#chance = chanceOf(seed);
    this.nowMs = T0 + this.#chance.pick([0, 1, 40_000, 200_000, FIVE_MS]);
    this.#book = this.#newBook();
    this.#plain.begin({ atMs: this.nowMs, watched: 0, all: 4 });
    this.#book.advance(this.nowMs);
    this.connect("binance", "subscribed");
    this.connect("bybit", "subscribed");
  }

  /** Binance has three parts of the volume, Bybit one: without Bybit 75 % are seen. */
  #newBook(): NormalBook {
    return new NormalBook(this.#watch, (venue) => (venue === "binance" ? 3 : 1));
  }

  connect(venue: "binance" | "bybit", event: "subscribed" | "closed"): void {
    this.#watch.on({ venue, event, connection: "1", receivedAtMs: this.nowMs });
    this.#book.onWatch(this.#watch, this.nowMs);
    const { watched } = this.#watch.note();
    const share = watched.reduce((sum, one) => sum + (one === "binance" ? 3 : 1), 0);
    this.#plain.change({ atMs: this.nowMs, watched: share, all: 4 });
  }

  step(): void {
    const chance = this.#chance;
    this.nowMs += chance.pick(chance.in100(5) ? LONG_STEPS_MS : STEPS_MS);
    if (chance.in100(8)) {
      this.connect(chance.pick(["binance", "bybit"]), chance.pick(["subscribed", "closed"]));
    }
    const burst = chance.in100(10) ? chance.integer(2, 6) : 1;
    for (let count = 0; count < burst; count += 1) this.#row();
  }

  #row(): void {
    const chance = this.#chance;
    const row = rowOf({
      asset: chance.in100(3) ? null : chance.pick(ASSETS),
      receivedAtMs: this.nowMs,
      occurredAtMs: this.nowMs - chance.pick(LAGS_MS),
      notionalCents: chance.in100(4) ? null : chance.pick(CENTS),
      history: chance.in100(4),
      dedupeKey: String(this.#rows),
    });
    this.#rows += 1;
    this.#book.add(row, this.nowMs);
    this.#plain.row(row, this.nowMs);
  }

  restart(): void {
    const saved: NormalState = JSON.parse(JSON.stringify(this.#book.save()));
    this.#book = this.#newBook();
    this.#book.restore(saved);
  }

  /** What the book says beside what it should. */
  compare(): { readonly said: unknown; readonly expected: unknown; readonly isKnown: boolean } {
    const asset = this.#chance.pick(ASSETS);
    const cents = this.#chance.pick(CENTS);
    const { nowMs } = this;
    const times = this.#book.timesNormal(asset, cents, nowMs);
    const usual = this.#book.usualOf(asset, nowMs);
    const since = this.#book.largestSince(asset, cents, nowMs);
    const watchedMs = this.#plain.watchedMs(nowMs);
    const windows = this.#plain.windows(asset, nowMs).length;
    const said = {
      times,
      since,
      watchedMs: usual.type === "learning" ? usual.watchedMs : null,
      windows: usual.type === "rare" ? usual.windows : null,
    };
    const expected = {
      times: this.#plain.timesNormal(asset, cents, nowMs),
      since: this.#plainSince(asset, cents),
      watchedMs: watchedMs < DAY_MS ? watchedMs : null,
      windows: watchedMs >= DAY_MS && windows < 12 ? windows : null,
    };
    return { said, expected, isKnown: times !== null };
  }

  #plainSince(asset: string, cents: number) {
    const last = this.#plain.lastAtLeast(asset, cents, this.nowMs);
    const running = Math.ceil(this.nowMs / FIVE_MS) * FIVE_MS;
    const atMs = last ?? running - FIVE_MS - 7 * DAY_MS;
    const isNews = this.nowMs - atMs >= 6 * HOUR_MS && this.#plain.isSeenSince(atMs, this.nowMs);
    return isNews ? { atMs, isLonger: last === null } : null;
  }
}

describe("what is usual for an asset", () => {
  it("is what a plain reading of all rows says, late, in bursts, over gaps and restarts", {
    timeout: 60_000,
  }, () => {
    let known = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const pair = new Pair(seed);
      const chance = chanceOf(seed * 7919);
      for (let part = 0; part < PARTS; part += 1) {
        const steps = chance.integer(1, 25);
        for (let step = 0; step < steps; step += 1) pair.step();
        if (chance.in100(20)) pair.restart();
        const { said, expected, isKnown } = pair.compare();
        if (isKnown) known += 1;
        expect(said, `seed ${seed} part ${part}`).toEqual(expected);
      }
    }
    expect(known).toBeGreaterThan(1_000);
  });
});

/** A book that watched everything, with one window of each of these amounts, and the clock after. */
function bookOf(cents: readonly number[], everyMs = FIVE_MS) {
  const book = new NormalBook(new Watch([]));
  const startMs = Math.ceil(T0 / FIVE_MS) * FIVE_MS;
  book.advance(startMs);
  cents.forEach((notionalCents, at) => {
    const receivedAtMs = startMs + at * everyMs + 1;
    book.add(rowOf({ receivedAtMs, notionalCents, dedupeKey: `${at}` }), receivedAtMs);
  });
  return { book, startMs, nowMs: startMs + cents.length * everyMs };
}

describe("the p95 of 5 min windows", () => {
  it("is the 19th of 20 by nearest rank", () => {
    const amounts = Array.from({ length: 20 }, (_, at) => (at + 1) * 1_000);
    const { book, startMs } = bookOf(amounts);
    const usual = book.usualOf("BTC", startMs + DAY_MS + FIVE_MS);
    expect(usual).toEqual({ type: "known", p95Cents: 19_000 });
    expect(book.timesNormal("BTC", 76_000, startMs + DAY_MS + FIVE_MS)).toBe(4);
  });

  it("is not known before 24 h were watched, nor of fewer than 12 windows", () => {
    const { book, startMs } = bookOf(Array.from({ length: 11 }, () => 5_000));
    expect(book.usualOf("BTC", startMs + 9 * HOUR_MS)).toEqual({
      type: "learning",
      watchedMs: 9 * HOUR_MS - FIVE_MS,
      neededMs: DAY_MS,
    });
    const atMs = startMs + 2 * DAY_MS;
    expect(book.usualOf("BTC", atMs)).toEqual({ type: "rare", windows: 11, windowsMin: 12 });
    expect(book.usualOf("ETH", atMs)).toEqual({ type: "rare", windows: 0, windowsMin: 12 });
    expect(book.timesNormal("BTC", 5_000, atMs)).toBeNull();
  });

  it("leaves the running window out until it is over, to the millisecond", () => {
    const { book, startMs } = bookOf(Array.from({ length: 11 }, () => 1_000));
    const endMs = startMs + 2 * DAY_MS;
    book.add(rowOf({ receivedAtMs: endMs, notionalCents: 8_000, dedupeKey: "last" }), endMs);
    expect(book.usualOf("BTC", endMs).type).toBe("rare");
    expect(book.usualOf("BTC", endMs + 1)).toEqual({ type: "known", p95Cents: 8_000 });
    expect(book.nextChangeMs(endMs)).toBe(endMs + 1);
    expect(book.nextChangeMs(endMs + 1)).toBe(endMs + FIVE_MS + 1);
  });

  it("says nothing when no window had money", () => {
    const { book, startMs } = bookOf(Array.from({ length: 12 }, () => 0));
    expect(book.timesNormal("BTC", 5_000, startMs + 2 * DAY_MS)).toBeNull();
  });
});

describe("the largest since", () => {
  it("names the end of the last window that held as much", () => {
    const { book, startMs } = bookOf([9_000, 500, 500]);
    const nowMs = startMs + 7 * HOUR_MS;
    expect(book.largestSince("BTC", 800, nowMs)).toEqual({
      atMs: startMs + FIVE_MS,
      isLonger: false,
    });
    expect(book.largestSince("BTC", 9_000, nowMs)?.atMs).toBe(startMs + FIVE_MS);
    expect(book.largestSince("BTC", 9_001, nowMs)).toBeNull();
  });

  it("says nothing of what was last seen a moment ago", () => {
    const { book, startMs } = bookOf([9_000]);
    expect(book.largestSince("BTC", 800, startMs + FIVE_MS + 6 * HOUR_MS - 1)).toBeNull();
    expect(book.largestSince("BTC", 800, startMs + FIVE_MS + 6 * HOUR_MS)).not.toBeNull();
  });

  it("says that it was longer than 7 days when all of them were watched", () => {
    const { book, startMs } = bookOf([9_000]);
    expect(book.largestSince("BTC", 9_001, startMs + 7 * DAY_MS)).toBeNull();
    const nowMs = startMs + 7 * DAY_MS + FIVE_MS;
    expect(book.largestSince("BTC", 9_001, nowMs)).toEqual({ atMs: startMs, isLonger: true });
  });
});
