import { describe, expect, it } from "vitest";
import type { Decision, HoldReason } from "../../src/alert.ts";
import { CASCADE_LIMITS, MARKET_WIDE, MARKET_WIDE_LIMITS } from "../../src/cascade.ts";
import type { Rule } from "../../src/rule.ts";
import { Engine, type HeldScope } from "../../src/severity/engine.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

/** SPEC 4 over one minute, with thresholds in millions and a calm of three seconds. */
function marketRule(over: RuleOver = {}): Rule {
  return ruleOf({
    ...{ name: MARKET_WIDE, scope: "market", windowMs: 60_000, cooldownMs: 60_000 },
    thresholds: { low: 6e6, medium: 12e6, high: 24e6, critical: 48e6 },
    resolve: { forMs: 3_000 },
    marketWide: MARKET_WIDE_LIMITS,
    ...over,
  });
}

const ASSET_RULE = ruleOf({
  name: "assets",
  thresholds: { low: 1e6, medium: 2e6, high: 4e6, critical: 8e6 },
  resolve: { forMs: 3_000 },
});

class Scene {
  readonly engine: Engine;
  readonly told: Decision[] = [];
  #rows = 0;
  hold: (scope: HeldScope) => HoldReason | null = () => null;

  constructor(rules: readonly Rule[] = [ASSET_RULE, marketRule()]) {
    this.engine = new Engine({ rules, cascade: CASCADE_LIMITS, hold: (scope) => this.hold(scope) });
  }

  /** `orders` rows of one asset at one moment, together `usd`. */
  fall(ms: number, asset: string, usd: number, over: Parameters<typeof rowOf>[0] = {}): void {
    const receivedAtMs = T0 + ms;
    const rows = Array.from({ length: 5 }, () => {
      this.#rows += 1;
      const notionalCents = Math.round(usd * 20);
      const dedupeKey = `row ${this.#rows}`;
      return rowOf({ asset, receivedAtMs, notionalCents, dedupeKey, ...over });
    });
    this.told.push(...this.engine.step({ type: "rows", receivedAtMs, rows }).decisions);
  }

  clock(ms: number): void {
    this.told.push(...this.engine.step({ type: "clock", nowMs: T0 + ms }).decisions);
  }

  get words(): readonly string[] {
    return this.told.map(({ atMs, decision, scopeKey, severity, suppression }) => {
      const why = suppression === null ? "" : ` ${suppression.reason}`;
      return `${atMs - T0} ${decision} ${scopeKey} ${severity}${why}`;
    });
  }

  ofMarket(): readonly Decision[] {
    return this.told.filter(({ rule }) => rule === MARKET_WIDE);
  }
}

/** Four assets, two of them no majors, $5 M, all longs: at 300 ms the market falls. */
function fallen(rules?: readonly Rule[]): Scene {
  const scene = new Scene(rules);
  scene.fall(0, "BTC", 2_000_000);
  scene.fall(100, "SOL", 1_500_000);
  scene.fall(200, "XRP", 1_000_000);
  scene.fall(300, "DOGE", 500_000);
  return scene;
}

describe("the whole market", () => {
  it("is in cascade with four assets, two others than majors, $5 M and one side at 70 %", () => {
    expect(fallen().ofMarket()).toMatchObject([
      { decision: "opened", severity: "MEDIUM", value: 5_000_000, atMs: T0 + 300 },
    ]);
  });

  it.each([
    ["three assets", ["BTC", "SOL", "SOL", "XRP"], 9e6],
    ["majors and one other", ["BTC", "ETH", "BTC", "SOL"], 9e6],
    ["a little less", ["BTC", "ETH", "SOL", "XRP"], 5e6 - 0.2],
  ])("is not with %s", (_, assets, usd) => {
    const scene = new Scene();
    for (const [at, asset] of assets.entries()) scene.fall(at * 100, asset, usd / 4);
    expect(scene.ofMarket()).toEqual([]);
  });

  it("is not with both sides, and is when shorts have left the window, at that tick", () => {
    const scene = new Scene();
    scene.fall(0, "ETH", 4_000_000, { positionSide: "short" });
    for (const [at, asset] of ["BTC", "SOL", "XRP", "DOGE"].entries()) {
      scene.fall(1_000 + at * 100, asset, 1_500_000);
    }
    expect(scene.ofMarket()).toEqual([]);
    scene.clock(60_000);
    expect(scene.ofMarket()).toMatchObject([{ decision: "opened", atMs: T0 + 60_000 }]);
  });

  it("goes by its thresholds above MEDIUM, and is over only without the condition", () => {
    const scene = fallen();
    scene.fall(400, "BTC", 20_000_000);
    expect(scene.ofMarket().map(({ severity }) => severity)).toEqual(["MEDIUM", "HIGH"]);
    scene.clock(120_000);
    const resolved = scene.ofMarket().at(-1);
    // The rows left at 60.0 to 60.4 s: 3 s after the last evaluation that was not calm.
    expect(resolved).toMatchObject({ decision: "resolved", severity: "HIGH" });
    expect((resolved?.atMs ?? 0) - T0).toBeGreaterThan(63_000);
    expect((resolved?.atMs ?? 0) - T0).toBeLessThanOrEqual(63_400);
  });
});

describe("what it inhibits", () => {
  it("holds back openings and escalations of assets from the next evaluation on", () => {
    const scene = fallen();
    scene.fall(400, "SOL", 1_000_000);
    scene.fall(500, "LINK", 1_000_000);
    expect(scene.words).toEqual([
      ...["0 opened BTC MEDIUM", "100 opened SOL LOW", "200 opened XRP LOW"],
      "300 opened market MEDIUM",
    ]);
    scene.clock(59_000);
    expect(scene.told).toHaveLength(4);
  });

  it("lets BTC and ETH through at HIGH and above, not below", () => {
    const scene = fallen();
    scene.fall(400, "ETH", 2_000_000);
    scene.fall(500, "BTC", 2_000_000);
    scene.fall(600, "ETH", 2_000_000);
    expect(scene.words.slice(4)).toEqual([
      "500 escalated BTC HIGH",
      "400 suppressed ETH MEDIUM inhibited",
      "600 opened ETH HIGH",
    ]);
  });

  it("says what it stands for: told incidents once, and scopes that wait", () => {
    const scene = fallen();
    const [btc, sol, xrp, opened] = scene.told;
    expect(opened?.fold).toEqual({
      incidentIds: [btc, sol, xrp].map((one) => one?.incidentId),
      held: [],
    });
    scene.fall(400, "SOL", 1_000_000);
    scene.fall(500, "LINK", 1_000_000);
    scene.fall(600, "LINK", 1_000_000);
    scene.fall(700, "BTC", 20_000_000);
    const escalated = scene.ofMarket().at(-1);
    expect(escalated?.fold).toEqual({
      incidentIds: [],
      held: [
        { rule: "assets", scopeKey: "SOL", severity: "MEDIUM" },
        { rule: "assets", scopeKey: "LINK", severity: "MEDIUM" },
      ],
    });
    expect(
      scene.told.find(({ scopeKey, decision }) => scopeKey === "BTC" && decision === "escalated")
        ?.foldedInto,
    ).toBeUndefined();
  });

  it("hands over when it ends: what is still at LOW is opened, what has grown escalates", () => {
    const slow = { ...ASSET_RULE, windowMs: 300_000 };
    const scene = fallen([slow, marketRule()]);
    scene.fall(400, "LINK", 1_000_000);
    scene.fall(500, "SOL", 2_500_000);
    scene.clock(120_000);
    const [market, ...after] = scene.words.slice(4);
    expect(market).toMatch(/^63\d00 resolved market MEDIUM$/);
    const endMs = Number(market?.split(" ")[0]) + 100;
    expect(after).toEqual([
      ...["400 suppressed LINK LOW inhibited", `${endMs} opened LINK LOW`],
      ...["500 suppressed SOL HIGH inhibited", `${endMs} escalated SOL HIGH`],
    ]);
    const held = scene.told.filter(({ suppression }) => suppression?.reason === "inhibited");
    const id = scene.ofMarket()[0]?.incidentId;
    expect(held.map(({ foldedInto }) => foldedInto)).toEqual([id, id]);
  });

  it("comes after a mute, and a market that was not told inhibits nothing", () => {
    const scene = new Scene();
    scene.hold = ({ asset }) => (asset === "LINK" || asset === null ? "mute" : null);
    scene.fall(0, "BTC", 2_000_000);
    for (const asset of ["SOL", "XRP", "DOGE"]) scene.fall(100, asset, 1_000_000);
    scene.fall(200, "ADA", 1_000_000);
    expect(scene.words.at(-1)).toBe("200 opened ADA LOW");
    scene.hold = ({ asset }) => (asset === "LINK" ? "mute" : null);
    scene.engine.wakeIncidents();
    scene.clock(300);
    expect(scene.words.slice(-2)).toEqual([
      "100 suppressed market MEDIUM mute",
      "300 opened market MEDIUM",
    ]);
    scene.fall(400, "LINK", 1_000_000);
    scene.hold = () => null;
    scene.engine.wakeIncidents();
    scene.clock(500);
    expect(scene.words.at(-1)).toBe("400 suppressed LINK LOW mute");
    expect(scene.ofMarket().at(-1)?.fold?.held).toEqual([]);
  });
});
