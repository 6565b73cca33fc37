import { describe, expect, it } from "vitest";
import type { Liquidation } from "../../src/liquidation.ts";
import { fingerprintHex } from "../../src/severity/fingerprint.ts";
import { compileRules } from "../../src/severity/rules.ts";
import type { ScopeState } from "../../src/severity/scope.ts";
import { SeriesSet } from "../../src/severity/series.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

/** A series with one rule, and what it takes to put rows into it. */
class Stage {
  readonly series;
  readonly #compiled;

  constructor(over: RuleOver = {}) {
    this.#compiled = compileRules([ruleOf(over)]);
    this.series = new SeriesSet(this.#compiled);
  }

  /** Rows at moments from T0; each is received at `nowMs`. */
  enter(nowMs: number, over: Partial<Liquidation> = {}): void {
    const row = rowOf({ receivedAtMs: T0 + nowMs, ...over });
    this.series.enter({ row, countsOrder: true }, T0 + nowMs, () => {});
  }

  scope(key = "BTC"): ScopeState {
    const [compiled] = this.#compiled;
    if (compiled === undefined) throw new RangeError("One rule was given");
    return this.series.scopeNamed(compiled, key, T0);
  }

  /** The scope read as of `nowMs`. */
  at(nowMs: number): ScopeState {
    const scope = this.scope();
    scope.window.advance(T0 + nowMs);
    return scope;
  }
}

const money = ({ rows, longCents, shortCents }: ReturnType<ScopeState["snapshot"]>) => [
  rows,
  longCents,
  shortCents,
];

describe("one rule's scope", () => {
  it("reads rows up to 5 min, and whole seconds above", () => {
    expect([new Stage({ windowMs: 300_000 }).scope().rows !== null]).toEqual([true]);
    const long = new Stage({ windowMs: 900_000 }).scope();
    expect([long.rows, long.seconds?.windowMs, long.ownsRing]).toEqual([null, 900_000, false]);
  });

  it("shares the series that every row enters, unless its filter takes some of them", () => {
    const shared = new Stage();
    expect(shared.scope().ring).toBe(shared.series.ringOf("BTC"));
    const own = new Stage({ filter: { sides: ["short"] } });
    expect(own.scope().ownsRing).toBe(true);
    own.enter(0, { positionSide: "long" });
    own.enter(1, { positionSide: "short" });
    expect(own.at(1).snapshot()).toMatchObject({ rows: 1, longCents: 0, shortCents: 10_000 });
    expect(own.series.ringOf("BTC")?.size).toBe(2);
  });

  it("gives the window as it was last read", () => {
    const stage = new Stage();
    stage.enter(0, { price: 100, size: 1, venue: "okx" });
    stage.enter(10, { price: 110, size: 1, venue: "okx" });
    expect(stage.at(59_999).snapshot()).toMatchObject({
      orders: 2,
      rows: 2,
      longCents: 20_000,
      largestCents: 10_000,
      liqVwap: 100,
      priceFirst: 100,
      priceLast: 110,
      byVenue: [{ name: "okx", notionalCents: 20_000, orders: 2 }],
    });
    expect(money(stage.at(60_000).snapshot())).toEqual([1, 10_000, 0]);
  });

  it("knows no price in the market series", () => {
    const stage = new Stage({ scope: "market" });
    stage.enter(0, { price: 100, size: 1 });
    stage.enter(1, { price: 100, size: 1 });
    const scope = stage.scope("market");
    scope.window.advance(T0 + 1);
    expect(scope.snapshot()).toMatchObject({ rows: 2, liqVwap: null, priceChangePct: null });
  });

  it("knows neither largest row nor price in whole seconds", () => {
    const stage = new Stage({ windowMs: 900_000 });
    stage.enter(0, { price: 100, size: 1 });
    expect(stage.at(0).snapshot()).toMatchObject({
      rows: 1,
      largestCents: null,
      liqVwap: null,
      byVenue: [],
    });
  });

  it("names a new incident by rule, key and clock, and starts its tally", () => {
    const stage = new Stage();
    stage.enter(0);
    const scope = stage.at(5);
    const { look } = scope;
    look.nowMs = T0 + 5;
    expect(look.rule.name).toBe("minute");
    const id = look.begin();
    expect(id).toBe(fingerprintHex(`minute|BTC|${T0 + 5}`));
    expect([...scope.tallies.keys()]).toEqual([id]);
    expect(money(look.wholeIncident(id))).toEqual([1, 10_000, 0]);
    expect(money(look.window())).toEqual([1, 10_000, 0]);
  });
});

describe("the tally of an incident", () => {
  it("holds rows later than S - D - W: those before it too, and what comes late", () => {
    const stage = new Stage({ windowMs: 10_000 });
    for (const ms of [0, 1, 11_900]) stage.enter(ms);
    const scope = stage.at(12_000);
    scope.beginTally("one", T0 + 12_000);
    expect(money(scope.wholeIncident("one"))).toEqual([2, 20_000, 0]);
    scope.machine.incident = incidentOf("one", T0 + 12_000);
    stage.enter(100_000, { occurredAtMs: T0 + 1, dedupeKey: "late" });
    stage.enter(100_000, { occurredAtMs: T0, dedupeKey: "too late" });
    stage.enter(100_001, { positionSide: "short" });
    expect(money(scope.wholeIncident("one"))).toEqual([4, 30_000, 10_000]);
  });

  it("begins at a whole second for long windows", () => {
    const stage = new Stage({ windowMs: 900_000 });
    for (const ms of [999, 1_000, 2_500]) stage.enter(ms);
    const scope = stage.at(900_500);
    // floor(900.5) - 900 = 0 is out, second 1 is the first inside.
    expect(scope.incidentAfterMs(T0 + 900_500)).toBe(T0 + 999);
    scope.beginTally("one", T0 + 900_500);
    expect(money(scope.wholeIncident("one"))).toEqual([2, 20_000, 0]);
  });

  it("is kept after the incident for as long as that may reopen", () => {
    const stage = new Stage({ resolve: { reopenWithinMs: 5_000 } });
    stage.enter(0);
    const scope = stage.at(0);
    scope.beginTally("one", T0);
    scope.machine.last = { incident: incidentOf("one", T0), resolvedAtMs: T0 + 20_000 };
    stage.enter(25_000);
    expect(money(scope.wholeIncident("one"))).toEqual([2, 20_000, 0]);
    stage.enter(25_001);
    expect([...scope.tallies.keys()]).toEqual([]);
    expect(money(scope.wholeIncident("one"))).toEqual([0, 0, 0]);
  });
});

function incidentOf(id: string, startMs: number) {
  return {
    id,
    startMs,
    isSilent: false,
    peakRank: 1,
    peakValue: 100,
    lastNotUnderMs: startMs,
    isUnder: false,
    tellings: 1,
    stretch: null,
  } as const;
}
