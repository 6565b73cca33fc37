import { describe, expect, test } from "vitest";
import { centsOfUsd, formatUsd, formatUsdPerSecond } from "../../src/render/money.ts";

describe("money", () => {
  test.each([
    [0, "$0"],
    [1, "<$1"],
    [49, "<$1"],
    [50, "$1"],
    [9_500, "$95"],
    [99_949, "$999"],
    [99_950, "$1.0K"],
    [320_000, "$3.2K"],
    [994_999, "$9.9K"],
    [995_000, "$10K"],
    [5_800_000, "$58K"],
    [61_000_000, "$610K"],
    [99_949_999, "$999K"],
    [99_950_000, "$1.00M"],
    [99_995_000, "$1.00M"],
    [742_000_000, "$7.42M"],
    [742_499_999, "$7.42M"],
    [742_500_000, "$7.43M"],
    [999_499_999, "$9.99M"],
    [999_500_000, "$10.0M"],
    [7_180_000_000, "$71.8M"],
    [9_995_000_000, "$100M"],
    [18_460_000_000, "$185M"],
    [99_950_000_000, "$1.00B"],
    [1_934_000_000_000, "$19.3B"],
    [19_340_000_000_000, "$193B"],
  ])("%d cents are shown as %s", (cents, text) => {
    expect(formatUsd(cents)).toBe(text);
  });

  test("a pace is money per second", () => {
    expect(formatUsdPerSecond(58_249.3)).toBe("$58K/s");
    expect(formatUsdPerSecond(2_600_000)).toBe("$2.60M/s");
  });

  test("a figure in USD becomes the cents it came from", () => {
    expect(centsOfUsd(1_234_567.89)).toBe(123_456_789);
  });
});
