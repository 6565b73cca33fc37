import { describe, expect, test } from "vitest";
import {
  formatCount,
  formatPrice,
  formatShare,
  formatSignedPercent,
} from "../../src/render/numbers.ts";

describe("numbers", () => {
  test.each([
    [112_345.6, "112,346"],
    [67_412, "67,412"],
    [3_512.44, "3,512.4"],
    [240.123, "240.12"],
    [1.5, "1.5"],
    [0.0000123456, "0.000012346"],
  ])("the price %d keeps five digits: %s", (price, text) => {
    expect(formatPrice(price)).toBe(text);
  });

  test.each([
    [-0.807, "-0.81%"],
    [0.012, "+0.01%"],
    [0.004, "0%"],
    [-0.004, "0%"],
    [-3.14, "-3.1%"],
    [120.4, "+120%"],
  ])("a change of %d percent is %s", (percent, text) => {
    expect(formatSignedPercent(percent)).toBe(text);
  });

  test.each([
    [92, 100, "92%"],
    [1, 1_000, "<1%"],
    [999, 1_000, ">99%"],
    [1_000, 1_000, "100%"],
    [0, 1_000, "0%"],
    [0, 0, "0%"],
  ])("%d of %d is %s", (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text);
  });

  test("counts have separators", () => {
    expect(formatCount(9_214)).toBe("9,214");
  });
});
