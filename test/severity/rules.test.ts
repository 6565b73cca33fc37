import { describe, expect, it } from "vitest";
import { VENUE_IDS } from "../../src/liquidation.ts";
import type { Scope } from "../../src/rule.ts";
import { compileRules, scopeKeyOf, slotOf } from "../../src/severity/rules.ts";
import { type RuleOver, rowOf, ruleOf } from "./samples.ts";

function compiled(over: RuleOver) {
  const [only] = compileRules([ruleOf(over)]);
  if (only === undefined) throw new RangeError("One rule in, one out");
  return only;
}

function accepts(over: RuleOver, row: Parameters<typeof rowOf>[0]): boolean {
  const { acceptsAsset, acceptsRow } = compiled(over);
  const made = rowOf(row);
  return acceptsAsset(made.asset) && (acceptsRow === null || acceptsRow(made));
}

describe("the filter of a rule", () => {
  it("lets everything through when it is empty", () => {
    expect(accepts({}, {})).toBe(true);
    expect(accepts({}, { notionalCents: null })).toBe(true);
  });

  it("takes listed assets, venues and sides, and leaves excluded assets out", () => {
    expect(accepts({ filter: { assets: ["BTC", "ETH"] } }, { asset: "ETH" })).toBe(true);
    expect(accepts({ filter: { assets: ["BTC", "ETH"] } }, { asset: "SOL" })).toBe(false);
    expect(accepts({ filter: { excludeAssets: ["SOL"] } }, { asset: "SOL" })).toBe(false);
    expect(accepts({ filter: { excludeAssets: ["SOL"] } }, { asset: "BTC" })).toBe(true);
    expect(accepts({ filter: { assets: ["SOL"], excludeAssets: ["SOL"] } }, { asset: "SOL" })).toBe(
      false,
    );
    expect(accepts({ filter: { venues: ["okx"] } }, { venue: "bybit" })).toBe(false);
    expect(accepts({ filter: { venues: ["okx"] } }, { venue: "okx" })).toBe(true);
    expect(accepts({ filter: { sides: ["short"] } }, { positionSide: "long" })).toBe(false);
    expect(accepts({ filter: { sides: ["short"] } }, { positionSide: "short" })).toBe(true);
  });

  it("takes rows from minNotionalUsd on, and unpriced ones only at 0", () => {
    const filter = { minNotionalUsd: 250.5 };
    expect(accepts({ filter }, { notionalCents: 25_050 })).toBe(true);
    expect(accepts({ filter }, { notionalCents: 25_049 })).toBe(false);
    expect(accepts({ filter }, { notionalCents: null })).toBe(false);
    expect(accepts({ filter: { minNotionalUsd: 0 } }, { notionalCents: null })).toBe(true);
  });

  it("takes a row of an unknown asset in the market only, and not where assets are named", () => {
    const unknown = { asset: null };
    const scopes: readonly Scope[] = ["market", "asset", "asset+side", "asset+venue"];
    expect(scopes.map((scope) => accepts({ scope }, unknown))).toEqual([true, false, false, false]);
    expect(accepts({ scope: "market", filter: { assets: ["BTC"] } }, unknown)).toBe(false);
    expect(accepts({ scope: "market", filter: { excludeAssets: ["BTC"] } }, unknown)).toBe(true);
  });

  it("is not taken in by names that every object has", () => {
    expect(accepts({ filter: { assets: ["BTC"] } }, { asset: "__proto__" })).toBe(false);
    expect(accepts({ filter: { excludeAssets: ["BTC"] } }, { asset: "constructor" })).toBe(true);
  });
});

describe("the series of a rule", () => {
  const own = (over: RuleOver) => compiled(over).needsOwnSeries;

  it("is shared where the filter passes all rows of a series or none", () => {
    expect(own({ scope: "market" })).toBe(false);
    expect(own({ scope: "asset" })).toBe(false);
    expect(own({ scope: "asset+venue" })).toBe(false);
    expect(own({ scope: "asset", filter: { assets: ["BTC"] } })).toBe(false);
    expect(own({ scope: "asset", filter: { excludeAssets: ["BTC"] } })).toBe(false);
    expect(own({ scope: "asset+venue", filter: { venues: ["okx"] } })).toBe(false);
  });

  it("is its own where the filter takes some rows of a series", () => {
    expect(own({ scope: "asset+side" })).toBe(true);
    expect(own({ scope: "market", filter: { assets: ["BTC"] } })).toBe(true);
    expect(own({ scope: "market", filter: { excludeAssets: ["BTC"] } })).toBe(true);
    expect(own({ scope: "market", filter: { venues: ["okx"] } })).toBe(true);
    expect(own({ scope: "asset", filter: { venues: ["okx"] } })).toBe(true);
    expect(own({ scope: "asset", filter: { sides: ["long"] } })).toBe(true);
    expect(own({ scope: "asset+venue", filter: { minNotionalUsd: 1 } })).toBe(true);
  });
});

describe("the scope of a row", () => {
  const row = rowOf({ asset: "PEPE", positionSide: "short", venue: "okx" });

  it("is named as SPEC 4 names it", () => {
    const scopes: readonly Scope[] = ["market", "asset", "asset+side", "asset+venue"];
    expect(scopes.map((scope) => scopeKeyOf(ruleOf({ scope }), row))).toEqual([
      "market",
      "PEPE",
      "PEPE:short",
      "PEPE@okx",
    ]);
  });

  it("has a place of its own among those of its asset", () => {
    const venues = VENUE_IDS.map((venue) =>
      slotOf(ruleOf({ scope: "asset+venue" }), { ...row, venue }),
    );
    expect(venues).toEqual(VENUE_IDS.map((_, slot) => slot));
    const bySide = ruleOf({ scope: "asset+side" });
    expect(slotOf(bySide, { ...row, positionSide: "long" })).toBe(0);
    expect(slotOf(bySide, row)).toBe(1);
    expect(slotOf(ruleOf({ scope: "asset" }), row)).toBe(0);
  });

  it("keeps the place of its rule in the file", () => {
    const rules = ["b", "a", "c"].map((name) => ruleOf({ name }));
    expect(compileRules(rules).map(({ rule, index }) => [rule.name, index])).toEqual([
      ["b", 0],
      ["a", 1],
      ["c", 2],
    ]);
  });
});
