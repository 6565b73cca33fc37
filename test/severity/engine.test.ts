import { describe, expect, it } from "vitest";
import type { Liquidation } from "../../src/liquidation.ts";
import { Engine, type EngineOptions, type StepResult } from "../../src/severity/engine.ts";
import { fingerprintHex } from "../../src/severity/fingerprint.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

/** An engine with short names for its inputs; moments count from T0. */
class Stage {
  readonly engine: Engine;
  #rows = 0;

  constructor(rules: readonly RuleOver[], options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({ ...options, rules: rules.map(ruleOf) });
  }

  /** One frame of rows, each received now unless it says otherwise. */
  frame(ms: number, ...overs: readonly Partial<Liquidation>[]): readonly string[] {
    const rows = overs.map((over) => {
      this.#rows += 1;
      return rowOf({ receivedAtMs: T0 + ms, dedupeKey: `row-${this.#rows}`, ...over });
    });
    return said(this.engine.step({ type: "rows", receivedAtMs: T0 + ms, rows }));
  }

  clock(ms: number): readonly string[] {
    return said(this.engine.step({ type: "clock", nowMs: T0 + ms }));
  }
}

function said({ decisions }: StepResult): readonly string[] {
  return decisions.map(({ atMs, decision, rule, scopeKey, severity }) => {
    return `${atMs - T0} ${decision} ${rule} ${scopeKey} ${severity}`;
  });
}

/** Read two seconds behind the clock and 100 ms long: whatever is decided is decided at a tick. */
const BLINK = { name: "blink", windowMs: 100, cooldownMs: 0, resolve: { forMs: 100 } };

describe("the clock", () => {
  it("ticks at whole multiples of 100 ms", () => {
    const stage = new Stage([BLINK]);
    expect(stage.frame(33, {})).toEqual([]);
    // Inside from 2,033 to 2,132: seen by the tick of 2,100 alone, gone at 2,133.
    expect(stage.clock(2_099)).toEqual([]);
    expect(stage.clock(2_100)).toEqual(["2100 opened blink BTC LOW"]);
    expect(stage.clock(5_000)).toEqual(["2200 resolved blink BTC LOW"]);
    expect([stage.engine.nowMs, stage.engine.lastTickMs]).toEqual([T0 + 5_000, T0 + 5_000]);
  });

  it("does not tick at or before the first input's clock", () => {
    const stage = new Stage([BLINK]);
    // This row was inside at the ticks of 2,000 and 2,100, before anything was received.
    expect(stage.frame(2_110, { occurredAtMs: T0 })).toEqual([]);
    const at = new Stage([BLINK]);
    expect(at.frame(2_000, { occurredAtMs: T0 })).toEqual(["2000 opened blink BTC LOW"]);
    expect(at.engine.lastTickMs).toBe(T0 + 2_000);
    expect(at.clock(2_100)).toEqual(["2100 resolved blink BTC LOW"]);
  });

  it("is moved by inputs without a row: refused ones, and events of connections", () => {
    for (const input of [
      { type: "rows", receivedAtMs: T0 + 9_000, rows: [] },
      {
        type: "connection",
        event: { venue: "okx", connection: "a", event: "open", receivedAtMs: T0 + 9_000 },
      },
    ] as const) {
      const stage = new Stage([BLINK]);
      stage.frame(33, {});
      expect(said(stage.engine.step(input))).toEqual([
        "2100 opened blink BTC LOW",
        "2200 resolved blink BTC LOW",
      ]);
      expect(stage.engine.nowMs).toBe(T0 + 9_000);
    }
  });

  it("is moved by duplicates and quarantined rows, whose scopes are not looked at", () => {
    const stage = new Stage([BLINK]);
    stage.frame(10, { dedupeKey: "a" });
    // Inside from 2,010 on: a look at 2,050 would open it before the tick does.
    expect(stage.frame(2_050, { dedupeKey: "a" })).toEqual([]);
    expect(stage.frame(2_051, { occurredAtMs: T0 + 900_000 })).toEqual([]);
    expect(stage.frame(2_052, { history: true })).toEqual([]);
    expect(stage.frame(2_053, { kind: "deleverage" })).toEqual([]);
    expect(stage.frame(2_100)).toEqual(["2100 opened blink BTC LOW"]);
  });

  it("lets a row that is too late for the window touch its scope all the same", () => {
    const stage = new Stage([BLINK]);
    stage.frame(10, {});
    const late = { occurredAtMs: T0 - 400_000 };
    expect(stage.frame(2_050, late)).toEqual(["2050 opened blink BTC LOW"]);
  });

  it("stands still for an input without a time, and never goes back", () => {
    const stage = new Stage([BLINK]);
    stage.frame(1_000, {});
    for (const receivedAtMs of [null, Number.NaN, -1, Number.POSITIVE_INFINITY, T0 - 5]) {
      stage.engine.step({ type: "rows", receivedAtMs, rows: [] });
      expect(stage.engine.nowMs).toBe(T0 + 1_000);
    }
    expect(new Engine({ rules: [] }).nowMs).toBeNull();
  });

  it("takes a row ahead of our clock as of when it was received", () => {
    const stage = new Stage([BLINK]);
    stage.frame(33, { occurredAtMs: T0 + 200_000 });
    expect(stage.clock(2_100)).toEqual(["2100 opened blink BTC LOW"]);
  });
});

describe("the order of decisions", () => {
  it("runs the ticks before an input before its rows", () => {
    const stage = new Stage([{ resolve: { forMs: 1_000 }, cooldownMs: 0 }]);
    expect(stage.frame(0, {})).toEqual(["0 opened minute BTC LOW"]);
    expect(stage.frame(70_000, {})).toEqual([
      "60900 resolved minute BTC LOW",
      "70000 opened minute BTC LOW",
    ]);
  });

  it("goes by rule in the file, then by scope key, whatever came first in the frame", () => {
    const stage = new Stage([{ name: "z" }, { name: "all", scope: "market" }, { name: "a" }]);
    const rows = ["SOL", "BTC", "ETH"].map((asset) => ({ asset }));
    expect(stage.frame(0, ...rows)).toEqual([
      "0 opened z BTC LOW",
      "0 opened z ETH LOW",
      "0 opened z SOL LOW",
      "0 opened all market MEDIUM",
      "0 opened a BTC LOW",
      "0 opened a ETH LOW",
      "0 opened a SOL LOW",
    ]);
  });

  it("goes by rule and key at ticks too", () => {
    const stage = new Stage([
      { ...BLINK, name: "z" },
      { ...BLINK, name: "a" },
    ]);
    stage.frame(10, { asset: "SOL" }, { asset: "BTC" });
    expect(stage.clock(2_100)).toEqual([
      "2100 opened z BTC LOW",
      "2100 opened z SOL LOW",
      "2100 opened a BTC LOW",
      "2100 opened a SOL LOW",
    ]);
  });

  it("looks once a frame: rows of one frame are evaluated together", () => {
    const stage = new Stage([{}]);
    expect(stage.frame(0, {}, {}, {}, {})).toEqual(["0 opened minute BTC HIGH"]);
    const lineByLine = new Stage([{}]);
    expect([lineByLine.frame(0, {}), lineByLine.frame(0, {})]).toEqual([
      ["0 opened minute BTC LOW"],
      ["0 escalated minute BTC MEDIUM"],
    ]);
  });
});

describe("what is accepted and decided", () => {
  it("names what was let in, other kinds and history too, with the first of each order", () => {
    const { engine } = new Stage([]);
    const rows = [
      rowOf({ dedupeKey: "a", orderKey: "o" }),
      rowOf({ dedupeKey: "b", orderKey: "o" }),
      rowOf({ dedupeKey: "a" }),
      rowOf({ dedupeKey: "c", kind: "backstop" }),
      rowOf({ dedupeKey: "d", history: true }),
    ];
    const { accepted } = engine.step({ type: "rows", receivedAtMs: T0, rows });
    expect(accepted.map(({ row, countsOrder }) => [row.dedupeKey, countsOrder])).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
      ["d", true],
    ]);
    expect(engine.series.day.total({ nowMs: T0, windowMs: 86_400_000 }).rows).toBe(3);
  });

  it("says everything that a message needs", () => {
    const { engine } = new Stage([{}], { venues: ["binance", "okx"] });
    const event = { venue: "binance", connection: "b", event: "subscribed" } as const;
    engine.step({ type: "connection", event: { ...event, receivedAtMs: T0 } });
    const rows = [rowOf({ notionalCents: 25_000, price: 60_000, size: 0.1 })];
    const { decisions } = engine.step({ type: "rows", receivedAtMs: T0 + 7, rows });
    expect(decisions).toMatchObject([
      {
        alertId: fingerprintHex(`minute|BTC|${T0 + 7}|opened|${T0 + 7}`),
        decision: "opened",
        rule: "minute",
        scope: "asset",
        scopeKey: "BTC",
        metric: "notionalUsd",
        windowMs: 60_000,
        severity: "MEDIUM",
        value: 250,
        atMs: T0 + 7,
        incidentId: fingerprintHex(`minute|BTC|${T0 + 7}`),
        incidentStartMs: T0 + 7,
        telling: 1,
        window: { rows: 1, longCents: 25_000, liqVwap: 2_500 },
        coverage: { watched: ["binance"], dark: [{ venue: "okx", sinceMs: null }] },
        suppression: null,
      },
    ]);
  });

  it("names every alert of a burst, although its frames share one millisecond", () => {
    const { engine } = new Stage([{}]);
    const decisions = ["a", "b", "c", "d"].flatMap((dedupeKey, at) => {
      const rows = [rowOf({ dedupeKey, notionalCents: 10_000 * 2 ** at })];
      return engine.step({ type: "rows", receivedAtMs: T0, rows }).decisions;
    });
    expect(decisions.map(({ decision, severity }) => `${decision} ${severity}`)).toEqual([
      "opened LOW",
      "escalated MEDIUM",
      "escalated HIGH",
      "escalated CRITICAL",
    ]);
    expect(new Set(decisions.map(({ alertId }) => alertId)).size).toBe(4);
  });

  it("counts a row of an unknown asset in the market alone", () => {
    const stage = new Stage([{ name: "all", scope: "market" }, {}]);
    expect(stage.frame(0, { asset: null })).toEqual(["0 opened all market LOW"]);
  });

  it("asks what holds a scope back with its rule, key and clock", () => {
    const asked: string[] = [];
    const stage = new Stage([{}], {
      hold: ({ rule, key, nowMs }) => {
        asked.push(`${rule.name} ${key} ${nowMs - T0}`);
        return "mute";
      },
    });
    expect(stage.frame(3, {})).toEqual([]);
    expect(stage.frame(4, { asset: "ETH", notionalCents: 1 })).toEqual([]);
    expect(asked).toEqual(["minute BTC 3"]);
  });

  it("hands over each scope that changed once, and only those that have something to remember", () => {
    const stage = new Stage([{}]);
    stage.frame(0, {}, { asset: "ETH", notionalCents: 5 });
    stage.frame(1, {});
    expect(stage.engine.takeDirty().map(({ key }) => key)).toEqual(["BTC"]);
    expect(stage.engine.takeDirty()).toEqual([]);
    stage.frame(2, {});
    expect(stage.engine.takeDirty().map(({ key }) => key)).toEqual(["BTC"]);
  });
});

describe("being busy", () => {
  it("lasts until nothing is open and no row can enter any more", () => {
    const stage = new Stage([BLINK]);
    expect([stage.engine.isBusy, stage.engine.nextTickMs]).toEqual([false, Infinity]);
    stage.frame(33, {});
    expect([stage.engine.isBusy, stage.engine.nextTickMs]).toEqual([true, T0 + 2_100]);
    stage.clock(2_100);
    expect([stage.engine.isBusy, stage.engine.nextTickMs]).toEqual([true, T0 + 2_200]);
    stage.clock(2_200);
    expect([stage.engine.isBusy, stage.engine.nextTickMs]).toEqual([false, Infinity]);
  });

  it("is woken by hand for the next tick, not for one that is past", () => {
    const stage = new Stage([{}]);
    stage.frame(150, { notionalCents: 1 });
    const [scope] = stage.engine.series.scopes();
    if (scope === undefined) throw new RangeError("The row made a scope");
    stage.engine.wake(scope, T0);
    expect(stage.engine.nextTickMs).toBe(T0 + 200);
  });
});
