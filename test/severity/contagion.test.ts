import { describe, expect, it } from "vitest";
import { ContagionBook, contagionOf } from "../../src/severity/contagion.ts";
import { RowRing } from "../../src/windows/ring.ts";
import { T0 } from "./samples.ts";

const SECOND = T0 / 1_000;

/** A venue's money by second before T0, in cents: `[[1, 500]]` = 500 in the last whole second. */
function venueOf(...money: readonly (readonly [secondsAgo: number, cents: number])[]) {
  const ring = new RowRing();
  for (const [secondsAgo, longCents] of money) {
    const timeMs = T0 - secondsAgo * 1_000;
    ring.insert({ timeMs, longCents, shortCents: 0, orders: 1, ref: 0 });
  }
  return { ring };
}

describe("contagion", () => {
  it("is 1 for venues that move alike, whatever their size", () => {
    const one = venueOf([9, 100], [5, 300]);
    const other = venueOf([9, 1_000], [5, 3_000]);
    expect(contagionOf([one, undefined, other], SECOND)).toBeCloseTo(1, 12);
  });

  it("takes a pair that moves against each other as 0", () => {
    const even = Array.from({ length: 30 }, (_, at) => [at * 2 + 1, 100] as const).reverse();
    const odd = Array.from({ length: 30 }, (_, at) => [at * 2 + 2, 100] as const).reverse();
    expect(contagionOf([venueOf(...even), venueOf(...odd)], SECOND)).toBe(0);
    const third = venueOf(...even);
    // Of three pairs one moves alike.
    expect(contagionOf([venueOf(...even), venueOf(...odd), third], SECOND)).toBeCloseTo(1 / 3, 12);
  });

  it("needs two venues with money that varies within the 60 seconds before", () => {
    const flat = venueOf(...Array.from({ length: 60 }, (_, at) => [60 - at, 7] as const));
    const own = venueOf([3, 5]);
    expect(contagionOf([own], SECOND)).toBe(0);
    expect(contagionOf([own, flat], SECOND)).toBe(0);
    expect(contagionOf([own, venueOf([61, 5]), venueOf([0, 5])], SECOND)).toBe(0);
    expect(contagionOf([venueOf([60, 5]), venueOf([60, 9])], SECOND)).toBeCloseTo(1, 12);
  });

  it("stays through its second as it was when that began", () => {
    const book = new ContagionBook(true);
    const [one, other] = [venueOf([2, 5]), venueOf([30, 5])];
    const asset = { asset: "BTC", venues: [one, other] };
    const before = book.read(asset, SECOND);
    expect(before).toBe(0);
    book.arrive(asset, { arrivedMs: T0 + 10, nowMs: T0 + 10 });
    other.ring.insert({ timeMs: T0 - 2_000, longCents: 5, shortCents: 0, orders: 1, ref: 0 });
    expect(book.read(asset, SECOND)).toBe(before);
    const again = new ContagionBook(true);
    again.restore(JSON.parse(JSON.stringify(book.save())));
    expect(again.read(asset, SECOND)).toBe(before);
    expect(book.read(asset, SECOND + 1)).toBeGreaterThan(0.5);
  });
});
