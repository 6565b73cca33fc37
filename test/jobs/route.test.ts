import { describe, expect, test } from "vitest";
import { deliveryId, routeDecision } from "../../src/jobs/route.ts";
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
const targetsOf = (...given: Parameters<typeof routeDecision>): readonly string[] =>
  routeDecision(...given).map(({ target }) => target);

describe("routing", () => {
  test("never leads an alert to a target for the operator, whatever the rule says", () => {
    const targets = [
      ...TARGETS,
      { name: "ops", purpose: "ops" as const, minSeverity: "LOW" as const },
    ];
    const critical = decision({ severity: "CRITICAL" });
    expect(targetsOf(critical, null, targets)).toEqual(["discord", "telegram"]);
    expect(targetsOf(critical, [route({ target: "ops" })], targets)).toEqual([]);
    const resolved = decision({ decision: "resolved" });
    expect(targetsOf(resolved, null, targets)).toEqual(["discord", "telegram"]);
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

  test("the end of an incident is offered to all that the rule names, for the store to choose", () => {
    const calmed = decision({ decision: "resolved", severity: "LOW", telling: 3 });
    expect(targetsOf(calmed, null, TARGETS)).toEqual(["discord", "telegram"]);
    const narrow = route({ target: "telegram", minSeverity: "CRITICAL", assets: ["ETH"] });
    expect(targetsOf(calmed, [narrow], TARGETS)).toEqual(["telegram"]);
    expect(routeDecision(calmed, null, TARGETS).map(({ isEnd }) => isEnd)).toEqual([true, true]);
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

  test("a draft names its incident, target and telling", () => {
    const [draft] = routeDecision(decision({ telling: 2, decision: "escalated" }), null, TARGETS);
    expect(draft).toEqual({
      id: "9b1c.discord.2",
      story: "9b1c",
      target: "discord",
      messageNumber: 2,
      alertIds: ["3f2a9c01d4e5b677"],
      atMs: decision().atMs,
      isEnd: false,
    });
  });

  test("ids are safe for files and queues, and different for different names", () => {
    const id = deliveryId("a/b:c", { target: "ops chat", messageNumber: 1 });
    expect(id).toBe("a_2f_b_3a_c.ops_20_chat.1");
    const other = deliveryId("a", { target: "x_20_y", messageNumber: 1 });
    expect(other).not.toBe(deliveryId("a", { target: "x y", messageNumber: 1 }));
  });
});
