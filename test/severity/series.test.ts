import { describe, expect, it } from "vitest";
import { type Liquidation, VENUE_IDS } from "../../src/liquidation.ts";
import { ROW_KEPT_MS, type Scope } from "../../src/rule.ts";
import { compileRules } from "../../src/severity/rules.ts";
import { SEEN_MS } from "../../src/severity/seen-set.ts";
import { SeriesSet } from "../../src/severity/series.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

const DAY = { nowMs: T0 + 400_000, windowMs: 86_400_000 };

class Stage {
  readonly compiled;
  readonly series;

  constructor(...rules: readonly RuleOver[]) {
    this.compiled = compileRules(rules.map(ruleOf));
    this.series = new SeriesSet(this.compiled);
  }

  /** Enters a row at its own time of receipt; gives the scopes that it touched. */
  enter(over: Partial<Liquidation> = {}, countsOrder = true): readonly string[] {
    const row = rowOf(over);
    const touched: string[] = [];
    this.series.enter({ row, countsOrder }, row.receivedAtMs, ({ compiled, key }) =>
      touched.push(`${compiled.rule.name} ${key}`),
    );
    return touched;
  }

  named(key: string) {
    const [first] = this.compiled;
    if (first === undefined) throw new RangeError("No rule was given");
    return this.series.scopeNamed(first, key, T0);
  }
}

describe("where a row belongs", () => {
  it("enters the market, its asset and the sums of the day", () => {
    const { series, enter } = bound(new Stage());
    enter({ asset: "BTC", notionalCents: 5 });
    enter({ asset: "ETH", notionalCents: null, positionSide: "short" }, false);
    expect([series.market.size, series.ringOf("BTC")?.size, series.ringOf("ETH")?.size]).toEqual([
      2, 1, 1,
    ]);
    expect(series.ringOf("SOL")).toBeNull();
    expect(series.day.total(DAY)).toEqual({ orders: 1, rows: 2, longCents: 5, shortCents: 0 });
  });

  it("enters the sums alone when it is history", () => {
    const { series, enter } = bound(new Stage({}));
    expect(enter({ history: true })).toEqual([]);
    expect([series.market.size, series.table.end]).toEqual([0, 0]);
    expect(series.day.total(DAY).rows).toBe(1);
  });

  it("enters no asset when that is unknown", () => {
    const { series, enter } = bound(new Stage({ scope: "market" }, { name: "by asset" }));
    expect(enter({ asset: null })).toEqual(["minute market"]);
    expect(series.market.size).toBe(1);
    expect(series.ringOf("")?.size).toBe(0);
  });

  it("touches every scope whose rule takes it, in the order of the rules", () => {
    const { enter } = bound(
      new Stage(
        { name: "all", scope: "market" },
        { name: "side", scope: "asset+side" },
        { name: "venue", scope: "asset+venue" },
        { name: "big", filter: { minNotionalUsd: 1_000 } },
        { name: "asset" },
      ),
    );
    expect(enter({ asset: "SOL", positionSide: "short", venue: "okx" })).toEqual([
      "all market",
      "side SOL:short",
      "venue SOL@okx",
      "asset SOL",
    ]);
  });

  it("touches its scopes and enters no window when it is too late for all of them", () => {
    const { series, enter } = bound(new Stage({}));
    expect(enter({ receivedAtMs: T0, occurredAtMs: T0 - ROW_KEPT_MS })).toEqual(["minute BTC"]);
    expect([series.market.size, series.ringOf("BTC")?.size]).toEqual([0, 0]);
    expect(enter({ receivedAtMs: T0, occurredAtMs: T0 - ROW_KEPT_MS + 1 })).toEqual(["minute BTC"]);
    expect([series.market.size, series.ringOf("BTC")?.size]).toEqual([1, 1]);
  });

  it("enters no incident when it is beyond the reach of the seen-set, as of its arrival", () => {
    const { series, enter } = bound(new Stage({}));
    enter();
    const [scope] = series.scopes();
    scope?.beginTally("one", T0);
    const start = { id: "one", startMs: T0, isSilent: false, peakRank: 1, peakValue: 1 } as const;
    const rest = { lastNotUnderMs: T0, isUnder: false, tellings: 1, stretch: null };
    if (scope !== undefined) scope.machine.incident = { ...start, ...rest };
    const rows = () => scope?.wholeIncident("one").rows;
    expect(rows()).toBe(1);
    expect(enter({ receivedAtMs: T0 + SEEN_MS + 1, occurredAtMs: T0 })).toEqual(["minute BTC"]);
    expect(rows()).toBe(1);
    enter({ receivedAtMs: T0 + SEEN_MS, occurredAtMs: T0 });
    expect(rows()).toBe(2);
    // A restart puts a row back at a later clock: what counts is when it arrived.
    const row = rowOf({ receivedAtMs: T0 + 5 });
    series.enter({ row, countsOrder: true }, T0 + 2 * SEEN_MS, () => {}, T0 + 5);
    expect(rows()).toBe(3);
  });

  it("drops rows that no window can hold from the series that rows still enter", () => {
    const { series, enter } = bound(new Stage());
    enter({ asset: "ETH" });
    for (const ms of [0, 1, ROW_KEPT_MS]) enter({ receivedAtMs: T0 + ms });
    expect([series.market.size, series.ringOf("BTC")?.size]).toEqual([2, 2]);
    // Nothing entered ETH since, so nobody had a reason to sweep it.
    expect(series.ringOf("ETH")?.size).toBe(1);
    expect([series.table.start, series.table.end]).toEqual([2, 4]);
  });

  it("shares one ring among scopes that read the same rows", () => {
    const { series, enter } = bound(
      new Stage({ name: "a" }, { name: "b", windowMs: 100 }, { name: "c", scope: "asset+venue" }),
    );
    enter();
    enter({ venue: "okx" });
    const rings = [...series.scopes()].map((scope) => [
      scope.compiled.rule.name,
      scope.key,
      scope.ring === series.ringOf("BTC"),
      scope.ring.size,
    ]);
    expect(rings).toEqual([
      ["a", "BTC", true, 2],
      ["b", "BTC", true, 2],
      ["c", "BTC@binance", false, 1],
      ["c", "BTC@okx", false, 1],
    ]);
  });

  it("keeps its names in the table, one group for rows that share them", () => {
    const { series, enter } = bound(new Stage({}));
    enter({ symbol: "BTCUSDT", priceKind: "fill", price: 7, size: 2 });
    enter({ symbol: "BTCUSDT", priceKind: "fill" });
    enter({ symbol: "BTCUSDC", priceKind: "fill" });
    const [first, second, third] = [0, 1, 2].map((ref) => series.table.get(ref));
    expect(first).toMatchObject({ arrival: 0, cents: 10_000, price: 7, size: 2 });
    expect(first?.group).toEqual({
      index: 0,
      venue: "binance",
      symbol: "BTCUSDT",
      asset: "BTC",
      priceKind: "fill",
    });
    expect(second?.group).toBe(first?.group);
    expect(third?.group).not.toBe(first?.group);
  });
});

describe("a row that is put back", () => {
  it("enters the rings, and neither sums nor seconds nor tallies", () => {
    const stage = new Stage({ scope: "asset+side" }, { name: "long", windowMs: 900_000 });
    const at = { timeMs: T0, countsOrder: true, nowMs: T0 };
    stage.series.replace(rowOf({ notionalCents: 700 }), at);
    expect(stage.series.day.total(DAY).rows).toBe(0);
    expect([stage.series.market.size, stage.series.ringOf("BTC")?.size]).toEqual([1, 1]);
    const [own, long] = stage.series.scopes();
    expect([own?.key, own?.ring.size, own?.tallies.size]).toEqual(["BTC:long", 1, 0]);
    expect([long?.key, long?.seconds?.sums.rows]).toEqual(["BTC", 0]);
  });
});

describe("a scope by its name", () => {
  it("is the scope that rows of that name touch", () => {
    const names: readonly (readonly [Scope, string])[] = [
      ["market", "market"],
      ["asset", "BTC"],
      ["asset+side", "BTC:short"],
      ["asset+side", "BTC:long"],
      ...VENUE_IDS.map((venue) => ["asset+venue", `BTC@${venue}`] as const),
    ];
    for (const [scope, key] of names) {
      const stage = new Stage({ scope });
      const [, venue = "binance"] = key.split("@");
      stage.enter({
        positionSide: key.endsWith(":short") ? "short" : "long",
        venue: VENUE_IDS.find((id) => id === venue) ?? "binance",
      });
      const scopes = [...stage.series.scopes()];
      expect(scopes.map((one) => one.key)).toEqual([key]);
      expect(stage.named(key)).toBe(scopes[0]);
      expect([...stage.series.scopes()]).toHaveLength(1);
    }
  });

  it("is found whatever signs the asset's name has", () => {
    const assets = ["A:B", "A@okx", "X:short", ":", "@", "line\nfeed", "__proto__", "market"];
    for (const asset of assets) {
      for (const scope of ["asset", "asset+side", "asset+venue"] as const) {
        const stage = new Stage({ scope });
        stage.enter({ asset, positionSide: "short", venue: "okx" });
        const [made] = stage.series.scopes();
        expect(stage.named(made?.key ?? "")).toBe(made);
        expect(made?.asset).toBe(asset);
      }
    }
  });

  it("is made when there is none yet", () => {
    const stage = new Stage({ scope: "asset+venue" });
    const scope = stage.named("SOL@gate");
    expect([scope.key, scope.asset, scope.machine.incident]).toEqual(["SOL@gate", "SOL", null]);
    expect(stage.named("SOL@gate")).toBe(scope);
  });
});

function bound(stage: Stage) {
  const enter: Stage["enter"] = (over, countsOrder) => stage.enter(over, countsOrder);
  return { series: stage.series, enter };
}
