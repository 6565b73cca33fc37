import { expect, test } from "vitest";
import { didYouMean, editDistance, nearest } from "../src/nearest.ts";

test("distance counts insertions, deletions, replacements and swaps of neighbours", () => {
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("abc", "abc")).toBe(0);
  expect(editDistance("port", "prot")).toBe(1);
  expect(editDistance("kitten", "sitting")).toBe(3);
});

test("the nearest word is offered, a far one is not", () => {
  const known = ["http", "rules", "venues"];
  expect(nearest("htp", known)).toBe("http");
  expect(nearest("VENUE", known)).toBe("venues");
  expect(nearest("database", known)).toBe(null);
  expect(nearest("x".repeat(10_000), known)).toBe(null);
  expect(didYouMean("rulse", known)).toBe("; did you mean rules?");
  expect(didYouMean("q", [])).toBe("");
});
