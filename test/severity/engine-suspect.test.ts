/** A venue whose sides are exchanged: its rows go on in totals, and no rule takes them. */
import { expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { Engine, type EngineInput } from "../../src/severity/engine.ts";
import { restoreEngine, saveEngine } from "../../src/severity/engine-state.ts";
import { windowsOf } from "../../src/severity/window-view.ts";
import { rowOf, ruleOf, T0 } from "./samples.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** 200 s in which BTC falls: Binance says longs, Bybit says shorts, USD 100 each a second. */
function inputs(): readonly EngineInput[] {
  const all: EngineInput[] = [];
  for (let second = 0; second <= 200; second += 1) {
    const atMs = T0 + second * SECOND_MS;
    if (second % 5 === 0) {
      const referencePrices = { BTC: 100_000 - second * 10 };
      all.push({ type: "context", atMs, referencePrices });
    }
    if (second <= 60) continue;
    const row = (venue: VenueId, positionSide: "long" | "short") =>
      rowOf({ venue, positionSide, receivedAtMs: atMs, dedupeKey: `${venue}|${second}` });
    const rows = [row("binance", "long"), row("bybit", "short")];
    all.push({ type: "rows", receivedAtMs: atMs, rows });
  }
  return all;
}

const engineOf = () => new Engine({ rules: [ruleOf({ scope: "asset+venue" })] });
const decided = (engine: Engine, some: readonly EngineInput[]): readonly Decision[] =>
  some.flatMap((input) => engine.step(input).decisions);

function venuesIn(engine: Engine): Readonly<Record<string, number>> {
  const [window] =
    windowsOf(engine.series, "BTC", {
      windowsMs: [MINUTE_MS],
      nowMs: engine.nowMs ?? 0,
    }) ?? [];
  return Object.fromEntries(
    (window?.snapshot.byVenue ?? []).map(({ name, notionalCents }) => [name, notionalCents / 100]),
  );
}

test("a venue with exchanged sides stops feeding a rule, while its totals go on", () => {
  const engine = engineOf();
  const decisions = decided(engine, inputs());
  expect(engine.sides.suspects()).toEqual([
    { venue: "bybit", sinceMs: T0 + 160 * SECOND_MS, moves: 29, rightMoves: 0 },
  ]);
  // Up to second 160 it was not known yet: the last twenty of those rows are still in the window.
  expect(venuesIn(engine)).toEqual({ binance: 6_000, bybit: 2_000 });
  const day = engine.series.day.byVenue({ nowMs: engine.nowMs ?? 0, windowMs: 86_400_000 });
  expect([day.get("binance")?.orders, day.get("bybit")?.orders]).toEqual([140, 140]);
  const highest = (key: string) => decisions.filter((one) => one.scopeKey === key).at(-1)?.atMs;
  expect(highest("BTC@bybit")).toBeLessThan(T0 + 161 * SECOND_MS);
  expect(engine.admission.counts).toMatchObject({ liquidations: 280, history: 0, duplicates: 0 });
});

test("without reference prices nobody is judged", () => {
  const engine = engineOf();
  decided(
    engine,
    inputs().filter(({ type }) => type !== "context"),
  );
  expect(engine.sides.suspects()).toEqual([]);
  expect(venuesIn(engine)).toEqual({ binance: 6_000, bybit: 6_000 });
});

test("an engine that is saved and restored anywhere goes on alike", () => {
  const all = inputs();
  const whole = engineOf();
  const expected = decided(whole, all);
  for (const cut of [10, 50, 62, 63, 150, 182, 200, all.length - 1]) {
    const first = engineOf();
    const before = decided(first, all.slice(0, cut));
    const second = engineOf();
    restoreEngine(second, JSON.parse(JSON.stringify(saveEngine(first))));
    expect([...before, ...decided(second, all.slice(cut))], `cut at ${cut}`).toEqual(expected);
    expect(second.sides.save()).toEqual(whole.sides.save());
    expect(venuesIn(second)).toEqual(venuesIn(whole));
  }
});

test("stored rows of the time in which a venue was suspect come back into totals alone", () => {
  const all = inputs();
  const engine = engineOf();
  decided(engine, all);
  const fresh = engineOf();
  fresh.nowMs = engine.nowMs;
  fresh.sides.restore(engine.sides.save());
  for (const input of all) {
    if (input.type === "rows") for (const row of input.rows) fresh.restoreRow(row, true);
  }
  expect(venuesIn(fresh)).toEqual(venuesIn(engine));
  const query = { nowMs: engine.nowMs ?? 0, windowMs: 86_400_000 };
  expect(fresh.series.day.byVenue(query)).toEqual(engine.series.day.byVenue(query));
});
