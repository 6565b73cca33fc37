/** Rules on falling open interest, and prices of venues in what is decided. */
import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import type { VenueReading } from "../../src/market-context.ts";
import { Engine, type EngineInput } from "../../src/severity/engine.ts";
import { restoreEngine, saveEngine } from "../../src/severity/engine-state.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

const SECOND_MS = 1_000;
const EVERY_MS = 15_000;
const TICK_MS = 100;

function dropRule(over: RuleOver = {}) {
  return ruleOf({
    ...{ name: "deleveraging", metric: "openInterestDropPct", windowMs: 60_000 },
    thresholds: { low: 2, medium: 3, high: 5, critical: 8 },
    ...over,
  });
}

function reading(second: number, coins: number, price = 100): EngineInput {
  const openInterest = { coins, inverseUsd: 0, contracts: 1 };
  const assets = { BTC: { openInterest, funding: null, price } };
  const said: VenueReading = { venue: "okx", everyMs: EVERY_MS, assets };
  return { type: "context", atMs: T0 + second * SECOND_MS, referencePrices: {}, reading: said };
}

function row(second: number, notionalCents = 10_000): EngineInput {
  const receivedAtMs = T0 + second * SECOND_MS;
  const rows = [rowOf({ receivedAtMs, notionalCents, dedupeKey: `${second}` })];
  return { type: "rows", receivedAtMs, rows };
}

function clock(second: number): EngineInput {
  return { type: "clock", nowMs: T0 + second * SECOND_MS };
}

/** Positions stand at 1,000 for a minute and a half, then fall by 4 %. */
const falling: readonly EngineInput[] = [
  ...[0, 15, 30, 45, 60, 75, 90].map((second) => reading(second, 1_000)),
  row(95),
  ...[105, 120, 135].map((second) => reading(second, 960)),
];

function decide(engine: Engine, inputs: readonly EngineInput[]): readonly Decision[] {
  return inputs.flatMap((input) => engine.step(input).decisions);
}

describe("a fall of open interest", () => {
  test("opens at the next tick after it was told, with the percentage as its value", () => {
    const engine = new Engine({ rules: [dropRule()] });
    const decisions = decide(engine, [...falling, clock(140)]);
    expect(decisions).toMatchObject([
      { decision: "opened", severity: "MEDIUM", scopeKey: "BTC", window: { orders: 1 } },
    ]);
    expect(decisions[0]?.value).toBeCloseTo(4, 12);
    expect(decisions[0]?.atMs).toBe(T0 + 105 * SECOND_MS + TICK_MS);
    // Five minutes are not known yet: the last one is told.
    expect(decisions[0]?.context).toEqual({
      ...{ asset: "BTC", windowMs: 60_000, openInterestPct: -4, fundingRate8h: null },
    });
  });

  test("is none while the window holds less than the floor", () => {
    const engine = new Engine({ rules: [dropRule({ floorUsd: 101 })] });
    expect(decide(engine, [...falling, clock(140)])).toEqual([]);
    const later = decide(engine, [row(141, 200)]);
    expect(later).toMatchObject([{ decision: "opened", window: { orders: 2 } }]);
  });

  test("is unknown without answers, and then no severity", () => {
    const engine = new Engine({ rules: [dropRule()] });
    expect(decide(engine, [reading(0, 1_000), row(5), reading(105, 100), clock(110)])).toEqual([]);
  });

  test("is over when the positions stand still, and when nobody tells any more", () => {
    for (const after of [
      [150, 165, 180, 195, 210].map((second) => reading(second, 960)),
      [clock(300)],
    ]) {
      const engine = new Engine({ rules: [dropRule()] });
      const [opened, resolved] = decide(engine, [...falling, ...after, clock(400)]);
      expect([opened?.decision, resolved?.decision]).toEqual(["opened", "resolved"]);
    }
  });
});

describe("a venue's mark price", () => {
  test("is what a window's price change comes from, and the whole incident's", () => {
    const rule = ruleOf({ windowMs: 60_000 });
    const engine = new Engine({ rules: [rule] });
    const prices = Array.from({ length: 12 }, (_, at) => reading(at * 15, 1_000, 1_000 - at * 5));
    const decisions = decide(engine, [
      ...prices.slice(0, 7),
      row(91),
      ...prices.slice(7),
      clock(400),
    ]);
    expect(decisions).toMatchObject([
      {
        decision: "opened",
        window: { priceFirst: 990, priceLast: 970, priceSource: "mark:okx" },
      },
      { decision: "resolved", window: { priceChangePct: expect.any(Number) } },
    ]);
    expect(decisions[0]?.window.priceChangePct).toBeCloseTo((-20 / 990) * 100, 12);
  });

  test("leaves windows that it is too seldom for to the liquidations", () => {
    const engine = new Engine({ rules: [ruleOf({ windowMs: 10_000 })] });
    const rows = [10, 20].map((price, at) =>
      rowOf({
        ...{ receivedAtMs: T0 + 20_000, price, priceKind: "fill", size: 1 },
        dedupeKey: `${at}`,
      }),
    );
    const inputs: readonly EngineInput[] = [
      ...[reading(0, 1, 100), reading(15, 1, 100)],
      ...[{ type: "rows", receivedAtMs: T0 + 20_001, rows } as const, clock(25)],
    ];
    expect(decide(engine, inputs)[0]?.window).toMatchObject({
      ...{ priceChangePct: 100, priceSource: "liquidations:binance" },
    });
  });

  test("says nothing of windows of 15 min and more", () => {
    const engine = new Engine({ rules: [ruleOf({ windowMs: 900_000 })] });
    const prices = Array.from({ length: 70 }, (_, at) => reading(at * 15, 1_000, 1_000 - at));
    const [opened] = decide(engine, [...prices, row(1_050)]);
    expect(opened?.window).toMatchObject({ priceChangePct: null, priceSource: null });
  });
});

function randomInputs(chance: Chance): readonly EngineInput[] {
  const inputs: EngineInput[] = [];
  let second = 0;
  let coins = 1_000;
  for (let step = 0; step < 30; step += 1) {
    second += chance.in100(5) ? chance.integer(50, 90) : chance.integer(1, 16);
    if (chance.in100(35)) inputs.push(row(second, chance.integer(1, 3) * 10_000));
    else {
      coins = Math.max(1, coins + chance.integer(-30, 15));
      inputs.push(reading(second, coins, chance.integer(90, 110)));
    }
  }
  inputs.push(clock(second + 200));
  return inputs;
}

/** Looks at every scope that is awake after every input and at every tick. */
function decideAlways(engine: Engine, inputs: readonly EngineInput[]): readonly Decision[] {
  const wakeAll = (nowMs: number): void => {
    for (const scope of engine.series.scopes()) {
      if (scope.machine.incident !== null || scope.isLive(nowMs)) engine.wake(scope, nowMs);
    }
  };
  return inputs.flatMap((input) => {
    const decisions: Decision[] = [];
    const atMs =
      input.type === "clock" ? input.nowMs : input.type === "context" ? input.atMs : null;
    const untilMs = atMs ?? (input.type === "rows" ? (input.receivedAtMs ?? 0) : 0);
    const firstMs = engine.nowMs === null ? untilMs : engine.lastTickMs + TICK_MS;
    for (let tickMs = firstMs; tickMs <= untilMs; tickMs += TICK_MS) {
      wakeAll(engine.nowMs ?? tickMs);
      decisions.push(...engine.step({ type: "clock", nowMs: tickMs }).decisions);
    }
    decisions.push(...engine.step(input).decisions);
    return decisions;
  });
}

test("looking when something can have changed finds what looking always finds, cut anywhere", () => {
  const chance = chanceOf(23);
  let told = 0;
  for (let round = 0; round < 150; round += 1) {
    const windowMs = chance.pick([60_000, 300_000]);
    const floorUsd = chance.pick([0, 150, 400]);
    const rules = [dropRule({ windowMs, floorUsd, cooldownMs: chance.pick([0, 30_000]) })];
    const inputs = randomInputs(chance);
    const always = decideAlways(new Engine({ rules }), inputs);
    const engine = new Engine({ rules });
    const cut = chance.integer(1, inputs.length - 1);
    const first = decide(engine, inputs.slice(0, cut));
    const again = new Engine({ rules });
    restoreEngine(again, JSON.parse(JSON.stringify(saveEngine(engine))));
    const second = decide(again, inputs.slice(cut));
    expect([...first, ...second], `round ${round}, cut at ${cut}`).toEqual(always);
    told += always.length;
  }
  expect(told).toBeGreaterThan(100);
});
