import { describe, expect, it } from "vitest";
import { CASCADE_LIMITS, type CascadeState } from "../../src/cascade.ts";
import { CASCADE_RECORDS } from "../../src/severity/cascades.ts";
import { Engine, type EngineInput } from "../../src/severity/engine.ts";
import { restoreEngine, saveEngine } from "../../src/severity/engine-state.ts";
import { splitScopes } from "../../src/severity/rule-change.ts";
import { restoreScopes } from "../../src/severity/warm-start.ts";
import { chanceOf } from "../oracle/chance.ts";
import { CASE_ASSETS, randomCascadeCase } from "./cascade-cases.ts";
import { PlainCascades } from "./plain-cascade.ts";
import { rowOf, T0 } from "./samples.ts";

const CASES = 1_500;
const CUT_CASES = 200;
const TIMEOUT_MS = 60_000;

const MINUTE_MS = 60_000;

function feed(engine: Engine, ms: number, over: Parameters<typeof rowOf>[0] = {}): void {
  const receivedAtMs = T0 + ms;
  const row = rowOf({ receivedAtMs, notionalCents: 2_000_000, dedupeKey: `at ${ms}`, ...over });
  engine.step({ type: "rows", receivedAtMs, rows: [row] });
}

const stateOf = (engine: Engine, asset = "BTC"): CascadeState =>
  engine.cascades.stateOf(asset, engine.nowMs ?? 0);

describe("a cascade", () => {
  it("is found at five orders and $100,000 in 60 s, no earlier", () => {
    const engine = new Engine({ rules: [] });
    for (const ms of [0, 1_000, 2_000]) feed(engine, ms);
    feed(engine, 3_000, { notionalCents: 3_999_999 });
    expect([stateOf(engine).running, engine.cascades.running]).toEqual([null, 0]);
    feed(engine, 4_000, { notionalCents: 1, dedupeKey: "fill of the first", orderKey: "at 0" });
    expect(stateOf(engine).running).toBeNull();
    feed(engine, 5_000, { notionalCents: 1, venue: "okx" });
    expect(stateOf(engine)).toMatchObject({
      line: { windowMs: MINUTE_MS, orders: 5, usd: 100_000, openInterestUsd: null },
      running: { startMs: T0 + 5_000, endMs: null, peakCents: 10_000_001, firstVenue: "binance" },
    });
  });

  it("is over at the tick at which its rows have left, and remembered with its figures", () => {
    const engine = new Engine({ rules: [] });
    for (let ms = 0; ms < 6_000; ms += 1_000) {
      feed(engine, ms, { venue: ms > 3_000 ? "okx" : "bybit" });
    }
    expect(engine.isBusy).toBe(true);
    engine.step({ type: "clock", nowMs: T0 + 61_000 - 1 });
    expect(stateOf(engine).running).not.toBeNull();
    engine.step({ type: "clock", nowMs: T0 + 61_000 });
    const { running, last } = stateOf(engine);
    expect(running).toBeNull();
    expect(last).toMatchObject({
      ...{ startMs: T0 + 4_000, endMs: T0 + 61_000, peakCents: 12_000_000, peakAtMs: T0 + 5_000 },
      firstVenue: "bybit",
      figures: { orders: 6, longCents: 12_000_000, shortCents: 0 },
    });
    expect(last?.figures.byVenue.map(({ name }) => name)).toEqual(["bybit", "okx"]);
    expect(engine.isBusy).toBe(false);
  });

  it("takes 0.5 bp of the open interest where that is more, and follows it with no row", () => {
    const engine = new Engine({ rules: [] });
    const openInterest = (ms: number, inverseUsd: number): void => {
      const btc = {
        openInterest: { coins: 0, inverseUsd, contracts: 1 },
        funding: null,
        price: null,
      };
      const reading = { venue: "bybit" as const, everyMs: 60_000, assets: { BTC: btc } };
      engine.step({ type: "context", atMs: T0 + ms, referencePrices: {}, reading });
    };
    openInterest(0, 4_000_000_000);
    for (let ms = 1_000; ms <= 6_000; ms += 1_000) feed(engine, ms);
    expect(stateOf(engine)).toMatchObject({ running: null, line: { usd: 200_000 } });
    openInterest(7_050, 2_000_000_000);
    expect(stateOf(engine).running).toBeNull();
    engine.step({ type: "clock", nowMs: T0 + 7_100 });
    expect(stateOf(engine).running?.startMs).toBe(T0 + 7_100);
    openInterest(8_010, 9e9);
    engine.step({ type: "clock", nowMs: T0 + 8_100 });
    expect(stateOf(engine).last).toMatchObject({ startMs: T0 + 7_100, endMs: T0 + 8_100 });
  });

  it("counts neither history nor rows of an unknown asset", () => {
    const engine = new Engine({ rules: [] });
    for (let ms = 0; ms < 9_000; ms += 1_000) {
      feed(engine, ms, ms % 2_000 === 0 ? { history: true } : { asset: null });
    }
    expect([engine.cascades.running, stateOf(engine).last]).toEqual([0, null]);
  });

  it("is kept by the store under a name that no rule can have", () => {
    const engine = new Engine({ rules: [] });
    for (let ms = 0; ms < 6_000; ms += 1_000) feed(engine, ms);
    const [record, ...others] = engine.cascades.takeRecords();
    expect(others).toEqual([]);
    expect(record).toMatchObject({ rule: CASCADE_RECORDS, scopeKey: "BTC" });
    expect(record?.rule).not.toMatch(/^\S/);
    expect(engine.cascades.takeRecords()).toEqual([]);
    const records = record === undefined ? [] : [record];
    expect(splitScopes(records, [])).toEqual({ kept: records, gone: [] });
  });
});

/** What both ways say of every asset. */
function seenBy(engine: Engine): readonly unknown[] {
  return CASE_ASSETS.map((asset) => {
    const { running, last } = stateOf(engine, asset);
    const plain = [running, last].map((one) => {
      if (one === null) return null;
      const { figures, firstVenue: _first, ...times } = one;
      return { ...times, cents: figures.longCents + figures.shortCents, orders: figures.orders };
    });
    return { asset, running: plain[0], last: plain[1] };
  });
}

function seenPlainly(plain: PlainCascades): readonly unknown[] {
  return CASE_ASSETS.map((asset) => {
    const running = plain.running.get(asset);
    const figures = running === undefined ? {} : plain.figures(asset, running.startMs);
    return {
      asset,
      running: running === undefined ? null : { ...running, ...figures },
      last: plain.last.get(asset) ?? null,
    };
  });
}

function stepPlainly(plain: PlainCascades, engine: Engine, input: EngineInput): void {
  const clockMs = input.type === "context" ? input.atMs : "nowMs" in input ? input.nowMs : null;
  plain.advance(input.type === "rows" ? (input.receivedAtMs ?? 0) : (clockMs ?? 0));
  if (input.type === "rows") plain.frame(input.rows);
  if (input.type !== "context") return;
  const known = CASE_ASSETS.flatMap((asset) => {
    const usd = engine.context.openInterestUsd(asset, input.atMs);
    return usd === null ? [] : [[asset, usd] as const];
  });
  plain.context(new Map(known));
}

describe("cascades of random streams", () => {
  it("are those of a plain reading that looks at every tick", { timeout: TIMEOUT_MS }, () => {
    let over = 0;
    for (let seed = 1; seed <= CASES; seed += 1) {
      const { limits, inputs } = randomCascadeCase(seed);
      const engine = new Engine({ rules: [], cascade: limits });
      const plain = new PlainCascades(limits);
      for (const [at, input] of inputs.entries()) {
        engine.step(input);
        stepPlainly(plain, engine, input);
        expect(seenBy(engine), `seed ${seed}, input ${at}`).toEqual(seenPlainly(plain));
      }
      over += plain.last.size;
    }
    expect(over).toBeGreaterThan(CASES / 2);
  });

  it("go on after a saved state as if nothing had been", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= CUT_CASES; seed += 1) {
      const { limits, inputs } = randomCascadeCase(seed);
      const cut = chanceOf(seed).integer(1, inputs.length);
      const [uncut, fresh] = [1, 2].map(() => new Engine({ rules: [], cascade: limits }));
      if (uncut === undefined || fresh === undefined) continue;
      for (const input of inputs.slice(0, cut)) uncut.step(input);
      restoreEngine(fresh, JSON.parse(JSON.stringify(saveEngine(uncut))));
      for (const input of inputs.slice(cut)) for (const one of [uncut, fresh]) one.step(input);
      expect(seenBy(fresh), `seed ${seed}, cut ${cut}`).toEqual(seenBy(uncut));
    }
  });

  it("go on after a restart from records and rows", () => {
    for (let seed = 1; seed <= CUT_CASES; seed += 1) {
      const { limits, inputs: all } = randomCascadeCase(seed);
      const inputs = all.filter(({ type }) => type !== "context");
      const cut = chanceOf(seed).integer(0, inputs.length);
      const [uncut, fresh] = [1, 2].map(() => new Engine({ rules: [], cascade: limits }));
      if (uncut === undefined || fresh === undefined) continue;
      const rows = inputs.slice(0, cut).flatMap((input) => uncut.step(input).accepted);
      const records = JSON.parse(JSON.stringify(uncut.cascades.records()));
      if (uncut.nowMs === null) continue;
      restoreScopes(fresh, records, uncut.nowMs);
      for (const { row, countsOrder } of rows) fresh.restoreRow(row, countsOrder);
      for (const input of inputs.slice(cut)) for (const one of [uncut, fresh]) one.step(input);
      expect(seenBy(fresh), `seed ${seed}, cut ${cut}`).toEqual(seenBy(uncut));
    }
  });
});

it("has the limits of SPEC 5.2 unless told otherwise", () => {
  expect(new Engine({ rules: [] }).cascades.limits).toEqual(CASCADE_LIMITS);
  expect(CASCADE_LIMITS).toEqual({
    ...{ windowMs: 60_000, orders: 5, floorUsd: 100_000, openInterestBp: 0.5 },
  });
});
