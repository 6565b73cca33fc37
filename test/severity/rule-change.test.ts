import { describe, expect, it } from "vitest";
import { splitScopes, watchesScope } from "../../src/severity/rule-change.ts";
import { ruleOf } from "./samples.ts";

const record = (rule: string, scopeKey: string) => ({ rule, scopeKey, state: { told: 1 } });

describe("a change of rules", () => {
  it("goes on with scopes whose rule still watches them, whatever its figures", () => {
    const rules = [ruleOf({ name: "a", windowMs: 10_000, thresholds: ruleOf().thresholds })];
    const records = [record("a", "BTC"), record("b", "BTC"), record("a", "market")];
    expect(splitScopes(records, rules)).toEqual({
      kept: [record("a", "BTC")],
      gone: [record("b", "BTC"), record("a", "market")],
    });
  });

  it.each([
    ["market", {}, "market", true],
    ["market", { assets: ["ETH"] }, "market", true],
    ["market", {}, "BTC", false],
    ["asset", {}, "market", false],
    ["asset", {}, "BTC", true],
    ["asset", {}, "BTC:long", false],
    ["asset", {}, "BTC@okx", false],
    ["asset", { assets: ["ETH"] }, "BTC", false],
    ["asset", { excludeAssets: ["BTC"] }, "BTC", false],
    ["asset", { venues: ["okx"], sides: ["short"] }, "BTC", true],
    ["asset+side", {}, "BTC:short", true],
    ["asset+side", { sides: ["long"] }, "BTC:short", false],
    ["asset+side", {}, "BTC@okx", false],
    ["asset+venue", {}, "BTC@okx", true],
    ["asset+venue", { venues: ["bybit"] }, "BTC@okx", false],
    ["asset+venue", { assets: ["BTC"], venues: ["okx"] }, "BTC@okx", true],
  ] as const)("scope %s with filter %j watches %s: %s", (scope, filter, key, isWatched) => {
    expect(watchesScope(ruleOf({ scope, filter }), key)).toBe(isWatched);
  });
});
