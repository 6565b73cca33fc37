import { describe, expect, test } from "vitest";
import type { PositionSide, VenueId } from "../../src/liquidation.ts";
import { SideCheck } from "../../src/severity/side-check.ts";
import { chanceOf } from "../oracle/chance.ts";
import { rowOf, T0 } from "./samples.ts";

const STEP_MS = 5_000;
const MARKET: readonly VenueId[] = ["binance", "bybit", "okx", "gate", "bitget"];

/** A price every 5 s for as long as prices are remembered: `at` gives it. */
function pricesOf(at: (offsetMs: number) => number): SideCheck {
  const check = new SideCheck();
  for (let ms = 0; ms < 300_000; ms += STEP_MS) check.takePrices(T0 + ms, { BTC: at(ms) });
  return check;
}

const falling = (ms: number) => 100_000 - ms / 100;
const msOf = (step: number) => T0 + 30_000 + step * STEP_MS;

interface Said {
  readonly venue?: VenueId;
  readonly longs?: number;
  readonly shorts?: number;
}

/** These rows at each of the steps from `from` to before `to`; step 0 is the first with a price. */
function say(check: SideCheck, from: number, to: number, said: Said): void {
  const { venue = "binance", longs = 0, shorts = 0 } = said;
  const rows = (count: number, positionSide: PositionSide, atMs: number) => {
    for (let index = 0; index < count; index += 1) {
      check.judge(rowOf({ venue, positionSide, receivedAtMs: atMs, price: index }), atMs);
    }
  };
  for (let step = from; step < to; step += 1) {
    rows(longs, "long", msOf(step));
    rows(shorts, "short", msOf(step));
  }
}

const suspects = (check: SideCheck) => check.suspects().map(({ venue }) => venue);

describe("the sides of a venue", () => {
  test("are in doubt when shorts are liquidated at twenty moves of a falling price", () => {
    const check = pricesOf(falling);
    say(check, 0, 20, { shorts: 3 });
    expect(check.suspects()).toEqual([]);
    say(check, 20, 21, { shorts: 1 });
    expect(check.suspects()).toEqual([
      { venue: "binance", sinceMs: msOf(20), moves: 21, rightMoves: 0 },
    ]);
    expect([check.isSuspect("binance"), check.isSuspect("bybit")]).toEqual([true, false]);
  });

  test("are right at 60 % of the moves of a side, and not below", () => {
    for (const [fallingSteps, expected] of [
      [12, []],
      [11, ["binance"]],
    ] as const) {
      // Half a look-back after the turn, between two steps.
      const turnMs = msOf(fallingSteps) - T0 - 17_500;
      const check = pricesOf((ms) =>
        ms < turnMs ? falling(ms) : 2 * falling(turnMs) - falling(ms),
      );
      say(check, 0, 20, { longs: 2 });
      say(check, 20, 21, { shorts: 1 });
      expect(suspects(check), `${fallingSteps} of 20`).toEqual(expected);
    }
  });

  test("are believed again when 60 % of the last 50 moves are right", () => {
    const check = pricesOf(falling);
    say(check, 0, 20, { shorts: 1 });
    say(check, 20, 51, { longs: 1 });
    expect(suspects(check)).toEqual(["binance"]);
    say(check, 51, 52, { longs: 1 });
    expect(suspects(check)).toEqual([]);
    const seen = [msOf(20), msOf(20) + 1, msOf(51), msOf(51) + 1];
    expect(seen.map((ms) => check.wasSuspect("binance", ms))).toEqual([false, true, true, false]);
  });

  test("have no say without a price then and 30 s before, nor while the price stands still", () => {
    const still = pricesOf(() => 100_000);
    say(still, 0, 50, { shorts: 1 });
    const check = pricesOf(falling);
    const judgeAt = (atMs: number, asset: string) =>
      check.judge(rowOf({ asset, positionSide: "short", receivedAtMs: atMs }), atMs);
    for (let step = 0; step < 50; step += 1) {
      judgeAt(T0 + 29_999 - step * STEP_MS, "BTC");
      judgeAt(T0 + 295_000 + 20_001 + step * STEP_MS, "BTC");
      judgeAt(msOf(step), "DOGE");
    }
    expect([...still.save().venues, ...check.save().venues]).toEqual([]);
  });

  test("of a thousand rows at one move count once, and the few of the other side little", () => {
    const burst = pricesOf(falling);
    say(burst, 0, 1, { shorts: 1_000 });
    say(burst, 1, 19, { shorts: 1 });
    expect(suspects(burst)).toEqual([]);
    const crash = pricesOf(falling);
    say(crash, 0, 54, { longs: 47, shorts: 3 });
    expect(suspects(crash)).toEqual([]);
  });

  test("count at the move they belong to when they come late", () => {
    const check = pricesOf(falling);
    say(check, 24, 54, { longs: 1 });
    say(check, 4, 24, { shorts: 1 });
    // Older than a full window: it has no say.
    say(check, 0, 1, { shorts: 1 });
    const [saved] = check.save().venues;
    const steps = saved?.[1].map(({ stepMs }) => stepMs) ?? [];
    expect(steps).toEqual(Array.from({ length: 50 }, (_, index) => msOf(index + 4)));
  });

  test("are right through a sharp V, whatever a busy venue liquidates in the rebound", () => {
    const bottomMs = 90_000;
    const check = pricesOf((ms) => falling(0) - 10_000 + Math.abs(bottomMs - ms) / 6);
    for (let second = 30; second <= 180; second += 1) {
      for (let row = 0; row < 5; row += 1) {
        const receivedAtMs = T0 + second * 1_000;
        const positionSide = second * 1_000 < bottomMs ? "long" : "short";
        check.judge(rowOf({ positionSide, receivedAtMs }), receivedAtMs);
        expect(suspects(check), `second ${second}`).toEqual([]);
      }
    }
  });

  test("leave out prices that are none, and samples out of order", () => {
    const check = new SideCheck();
    check.takePrices(T0, { BTC: 100 });
    for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      check.takePrices(T0 + 10, { BTC: price });
    }
    check.takePrices(T0 - 10, { BTC: 50 });
    check.takePrices(T0, { BTC: 70 });
    expect(check.save().prices).toEqual([["BTC", [{ atMs: T0, price: 100 }]]]);
  });

  test("stay bounded, however many assets, samples and verdicts there are", () => {
    const check = new SideCheck();
    for (let index = 0; index < 2_000; index += 1) {
      check.takePrices(T0 + index, { [`A${index}`]: 1, A0: 1 });
    }
    const { prices } = check.save();
    expect(prices).toHaveLength(1_500);
    expect(prices.map(([, samples]) => samples.length)).toContain(512);
  });
});

describe("a doubt that is shared", () => {
  /** The first `wrong` of so many venues name shorts while the price falls, the others longs. */
  function among(venues: number, wrong: number, steps = 30): readonly VenueId[] {
    const check = pricesOf(falling);
    for (let step = 0; step < steps; step += 1) {
      for (const [index, venue] of MARKET.slice(0, venues).entries()) {
        say(check, step, step + 1, index < wrong ? { venue, shorts: 1 } : { venue, longs: 1 });
      }
    }
    return suspects(check);
  }

  test("by half of the venues is the market's", () => {
    expect([among(2, 2), among(3, 2), among(4, 2), among(5, 5)]).toEqual([[], [], [], []]);
  });

  test("by fewer is each venue's own, and so is that of one without others", () => {
    expect(among(5, 2)).toEqual(["binance", "bybit"]);
    expect([among(1, 1), among(2, 1), among(5, 1)]).toEqual([
      ["binance"],
      ["binance"],
      ["binance"],
    ]);
  });

  test("only later frees the one that was in doubt first", () => {
    const check = pricesOf(falling);
    say(check, 0, 21, { shorts: 1 });
    expect(suspects(check)).toEqual(["binance"]);
    for (const step of [21, 22]) {
      say(check, step, step + 1, { shorts: 1 });
      say(check, step, step + 1, { venue: "okx", shorts: 1 });
    }
    say(check, 23, 24, { shorts: 1 });
    say(check, 23, 24, { venue: "okx", shorts: 1 });
    expect(suspects(check)).toEqual(["binance"]);
    say(check, 24, 25, { venue: "okx", shorts: 1 });
    expect(suspects(check)).toEqual([]);
  });
});

/** Every row that was judged, and the verdicts made of all of them anew each time. */
class PlainCheck {
  readonly suspects = new Set<VenueId>();
  readonly #rows = new Map<VenueId, { stepMs: number; isLong: boolean; isRight: boolean }[]>();

  take(venue: VenueId, row: { stepMs: number; isLong: boolean; isRight: boolean }): void {
    if (!this.#steps(venue).includes(row.stepMs)) {
      for (const one of [venue, ...this.suspects]) this.#decide(one);
    }
    this.#rows.set(venue, [...(this.#rows.get(venue) ?? []), row]);
  }

  #steps(venue: VenueId): readonly number[] {
    const all = new Set((this.#rows.get(venue) ?? []).map(({ stepMs }) => stepMs));
    return [...all].toSorted((one, other) => one - other).slice(-50);
  }

  /** By step: the part of rows that `isMeant` holds for. */
  #parts(venue: VenueId, isMeant: (row: { isLong: boolean; isRight: boolean }) => boolean) {
    return new Map(
      this.#steps(venue).map((stepMs) => {
        const rows = (this.#rows.get(venue) ?? []).filter((row) => row.stepMs === stepMs);
        return [stepMs, rows.filter(isMeant).length / rows.length] as const;
      }),
    );
  }

  #decide(venue: VenueId): void {
    const sum = (isMeant: (row: { isLong: boolean; isRight: boolean }) => boolean) =>
      [...this.#parts(venue, isMeant).values()].reduce((all, part) => all + part, 0);
    const isWrong = [true, false].some((side) => {
      const all = sum(({ isLong }) => isLong === side);
      return all >= 20 && sum(({ isLong, isRight }) => isLong === side && isRight) < 0.6 * all;
    });
    const own = this.#parts(venue, ({ isLong }) => isLong);
    const compared = [...this.#rows.keys()].flatMap((peer) => {
      const its = this.#parts(peer, ({ isLong }) => isLong);
      const both = [...own].flatMap(([stepMs, ours]) => {
        const theirs = its.get(stepMs);
        return theirs === undefined ? [] : [ours * theirs + (1 - ours) * (1 - theirs)];
      });
      if (peer === venue || both.length < 3) return [];
      return [both.reduce((all, part) => all + part, 0) > both.length / 2];
    });
    const sharers = compared.filter(Boolean).length;
    const isOfMarket = sharers >= 1 && sharers + 1 >= (compared.length + 1) / 2;
    const isRightAgain = own.size >= 20 && sum(({ isRight }) => isRight) >= 0.6 * own.size;
    if (isWrong && !isOfMarket) this.suspects.add(venue);
    else if (isWrong || isRightAgain) this.suspects.delete(venue);
  }
}

test("sides are judged as by looking at everything anew, also after being saved", () => {
  let verdicts = 0;
  for (let seed = 0; seed < 5; seed += 1) {
    const chance = chanceOf(seed);
    const plain = new PlainCheck();
    const wrongs = MARKET.map(() => chance.integer(0, 100));
    let check = new SideCheck();
    const samples: { atMs: number; price: number }[] = [];
    for (let step = 0; step < 400; step += 1) {
      const nowMs = T0 + step * 1_700;
      if (step % 3 === 0) {
        samples.push({ atMs: nowMs, price: 100 + chance.integer(0, 20) });
        check.takePrices(nowMs, { BTC: samples.at(-1)?.price ?? 0 });
      }
      const occurredAtMs = nowMs - chance.integer(0, 20_000);
      const sampleAt = (ms: number) => {
        const found = samples.filter(({ atMs }) => atMs <= ms).at(-1);
        return found === undefined || ms - found.atMs > 20_000 ? null : found;
      };
      const [first, last] = [sampleAt(occurredAtMs - 30_000), sampleAt(occurredAtMs)];
      const isFall = (last?.price ?? 0) < (first?.price ?? 0);
      const index = chance.integer(0, MARKET.length - 1);
      const venue = MARKET[index] ?? "binance";
      const isLong = chance.in100(wrongs[index] ?? 0) ? !isFall : isFall;
      const positionSide = isLong ? "long" : "short";
      check.judge(rowOf({ venue, positionSide, occurredAtMs, receivedAtMs: nowMs }), nowMs);
      if (first !== null && last !== null && first.price !== last.price) {
        const stepMs = Math.floor(last.atMs / STEP_MS) * STEP_MS;
        plain.take(venue, { stepMs, isLong, isRight: isLong === isFall });
      }
      expect(suspects(check), `seed ${seed}, step ${step}`).toEqual([...plain.suspects].sort());
      verdicts += plain.suspects.size;
      if (step % 97 === 0) {
        const saved = check.save();
        check = new SideCheck();
        check.restore(JSON.parse(JSON.stringify(saved)));
      }
    }
  }
  expect(verdicts).toBeGreaterThan(50);
});
