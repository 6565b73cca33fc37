import { describe, expect, test } from "vitest";
import { targetsOf } from "../../src/jobs/route.ts";
import type { NotifyRoute, Severity } from "../../src/rule.ts";
import { decision, snapshot } from "../render/samples.ts";

const TARGETS = [
  { name: "discord", purpose: "alerts" as const, minSeverity: "LOW" as Severity },
  { name: "telegram", purpose: "alerts" as const, minSeverity: "HIGH" as Severity },
];
const route = (over: Partial<NotifyRoute> = {}): NotifyRoute => ({
  target: "discord",
  minSeverity: null,
  assets: [],
  venues: [],
  sides: [],
  ...over,
});

describe("routing", () => {
  test("never leads an alert to a target for the operator, whatever the rule says", () => {
    const targets = [
      ...TARGETS,
      { name: "ops", purpose: "ops" as const, minSeverity: "LOW" as const },
    ];
    const critical = decision({ severity: "CRITICAL" });
    expect(targetsOf(critical, null, targets)).toEqual(["discord", "telegram"]);
    expect(targetsOf(critical, [route({ target: "ops" })], targets)).toEqual([]);
  });

  test("without routes every target takes what is severe enough for it", () => {
    expect(targetsOf(decision(), null, TARGETS)).toEqual(["discord"]);
    expect(targetsOf(decision({ severity: "HIGH" }), null, TARGETS)).toEqual([
      "discord",
      "telegram",
    ]);
  });

  test("of rule and target the stricter severity holds", () => {
    const told = decision({ severity: "MEDIUM" });
    expect(targetsOf(told, [route({ minSeverity: "HIGH" })], TARGETS)).toEqual([]);
    expect(targetsOf(told, [route({ minSeverity: "LOW" })], TARGETS)).toEqual(["discord"]);
    expect(targetsOf(told, [route({ target: "telegram", minSeverity: "LOW" })], TARGETS)).toEqual(
      [],
    );
  });

  test("an empty list of routes and a suppressed decision go nowhere", () => {
    expect(targetsOf(decision(), [], TARGETS)).toEqual([]);
    expect(targetsOf(decision({ decision: "suppressed" }), null, TARGETS)).toEqual([]);
  });

  test("the end of an incident is told to whoever was told of it, whatever the rule names", () => {
    expect(targetsOf(decision({ decision: "resolved" }), null, TARGETS)).toEqual([]);
  });

  test("assets, venues and sides narrow a route", () => {
    const takes = (over: Partial<NotifyRoute>, told = decision()): boolean =>
      targetsOf(told, [route(over)], TARGETS).length === 1;
    expect(takes({ assets: ["BTC", "ETH"] })).toBe(true);
    expect(takes({ assets: ["ETH"] })).toBe(false);
    expect(takes({ assets: ["BTC"] }, decision({ scope: "market", scopeKey: "market" }))).toBe(
      false,
    );
    expect(takes({ venues: ["okx"] })).toBe(true);
    expect(takes({ venues: ["gate"] })).toBe(false);
    expect(
      takes({ venues: ["okx"] }, decision({ scope: "asset+venue", scopeKey: "BTC@bybit" })),
    ).toBe(false);
    expect(takes({ sides: ["long"] })).toBe(true);
    expect(takes({ sides: ["short"] })).toBe(false);
    const both = decision({ window: snapshot({ longCents: 5, shortCents: 5 }) });
    expect(takes({ sides: ["short"] }, both)).toBe(true);
    expect(
      takes({ sides: ["long"] }, decision({ scope: "asset+side", scopeKey: "BTC:short" })),
    ).toBe(false);
  });
});
