import { describe, expect, it } from "vitest";
import { edgeOf, levelOf, widthFor, widthOf } from "../../src/windows/level-width.ts";
import { chanceOf } from "../oracle/chance.ts";
import { nearestStep, scaled, text } from "./plain-levels.ts";

const TRIALS = 20_000;

describe("the width of levels", () => {
  it("is the step nearest by ratio to 0.15 % of the price", () => {
    const widths = [
      [67_412, "100"],
      [94_280, "100"],
      [94_282, "200"],
      [3_512, "5"],
      [2_108, "2"],
      [2_109, "5"],
      [1, "0.002"],
      [0.0000123, "0.00000002"],
      [1e-9, "0.000000000002"],
    ] as const;
    for (const [price, width] of widths) {
      const made = widthFor(price);
      expect([price, made === null ? null : edgeOf(1, made)]).toEqual([price, width]);
    }
    expect([0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(widthFor)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it("is read from a positive decimal", () => {
    expect(widthOf("0.50")).toEqual({ decimal: { units: 50, scale: 2 }, value: 0.5 });
    expect(["0", "-1", "x", ""].map(widthOf)).toEqual([null, null, null, null]);
  });
});

describe("the level of a price", () => {
  it("begins with its lower edge, also where doubles cannot tell", () => {
    const tenth = widthOf("0.1");
    if (tenth === null) throw new RangeError("0.1 is a width");
    // 0.3 / 0.1 is 2.9999999999999996 as doubles.
    expect([0.3, 0.29999, 0.7, 1.1].map((price) => levelOf(price, tenth))).toEqual([3, 2, 7, 11]);
    expect(edgeOf(3, tenth)).toBe("0.3");
  });

  it("is the exact quotient of the decimals for any price and width", () => {
    const chance = chanceOf(54);
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const digits = chance.pick([1, 2, 3, 5, 8, 15]);
      const price = Number(
        (10 ** chance.integer(-9, 7) * (1 + chance.next() * 9)).toPrecision(digits),
      );
      const width = widthFor(price * chance.pick([1, 1, 0.9, 1.1, 3]));
      if (width === null) throw new RangeError(`${price} has no width`);
      const exact = scaled(price) / scaled(width.value);
      expect([price, levelOf(price, width)]).toEqual([price, Number(exact)]);
      expect(edgeOf(Number(exact), width)).toBe(text(exact * scaled(width.value)));
    }
  });

  it("agrees with trying every step", () => {
    const chance = chanceOf(55);
    for (let trial = 0; trial < TRIALS / 4; trial += 1) {
      const price = Number((10 ** chance.integer(-8, 6) * (1 + chance.next() * 9)).toPrecision(7));
      const width = widthFor(price);
      expect([price, width && edgeOf(1, width)]).toEqual([price, text(nearestStep(price))]);
    }
  });

  it("is none when its number is no exact integer", () => {
    const width = widthOf("0.000000000001");
    if (width === null) throw new RangeError("That is a width");
    expect(levelOf(67_000, width)).toBeNull();
    expect(levelOf(0.067, width)).toBe(67_000_000_000);
  });
});
