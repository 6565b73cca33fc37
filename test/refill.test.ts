/** Rules that change while the daemon decides, over the real store. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ScopeRecord } from "../src/alert.ts";
import { MARKET_WIDE } from "../src/cascade.ts";
import { Decider } from "../src/decide.ts";
import { SILENT_LOG } from "../src/log.ts";
import { NO_METRICS } from "../src/metrics.ts";
import { refill } from "../src/refill.ts";
import type { Rule } from "../src/rule.ts";
import { nodeRuntime } from "../src/runtime-node.ts";
import { Engine, type EngineInput } from "../src/severity/engine.ts";
import { type EngineState, saveEngine } from "../src/severity/engine-state.ts";
import { beginTerm } from "../src/store/decider.ts";
import { migrate } from "../src/store/migrate.ts";
import { type EmbeddedDatabase, openEmbedded } from "../src/store/postgres/embedded.ts";
import { SqlStore } from "../src/store/store-sql.ts";
import { randomTrial } from "./severity/random-inputs.ts";
import { rowOf, ruleOf, T0 } from "./severity/samples.ts";
import { untoldStories } from "./stories/samples.ts";

const HOUR_MS = 3_600_000;
let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
    await migrate(fresh);
  });
});
afterAll(() => database.close());

async function start(rules: readonly Rule[], isAway = () => false) {
  await database.run(
    "truncate liqwatch.liquidations, liqwatch.incidents, liqwatch.scope_states, liqwatch.deliveries",
  );
  await database.run("delete from liqwatch.settings");
  return restart(rules, isAway);
}

/** On what an earlier one has stored. */
async function restart(rules: readonly Rule[], isAway = () => false) {
  const real = new SqlStore(database, await database.transaction(beginTerm));
  const engine = new Engine({ rules });
  const log: string[] = [];
  const decider = new Decider({
    ...{ engine, log: SILENT_LOG, metrics: NO_METRICS },
    store: {
      warmStart: () => real.warmStart(),
      mutes: () => real.mutes(),
      writeMute: (...given) => real.writeMute(...given),
      deleteMute: (...given) => real.deleteMute(...given),
      liquidationsSince(sinceMs) {
        if (isAway()) throw new Error("Store is away");
        return real.liquidationsSince(sinceMs);
      },
      commit: (batch) => real.commit(batch),
    },
    runtime: nodeRuntime,
    stories: untoldStories(),
    takeGaps: () => [],
    onStep: (_input, _accepted, decisions) => {
      for (const one of decisions) {
        log.push(`${one.atMs - T0} ${one.decision} ${one.rule} ${one.scopeKey} ${one.severity}`);
      }
    },
    onCommit() {},
    onCommitFailure: (reason) => log.push(reason),
  });
  await decider.warmStart();
  const changeRules = async (next: readonly Rule[]) => {
    let ended: readonly ScopeRecord[] = [];
    await decider.changeRules(next, (gone) => {
      ended = gone;
      log.push("changed");
    });
    return ended;
  };
  return { engine, decider, changeRules, store: real, log };
}

let keys = 0;
function row(atMs: number, usd: number): EngineInput {
  const receivedAtMs = T0 + atMs;
  keys += 1;
  const dedupeKey = `refill ${keys}`;
  const rows = [rowOf({ receivedAtMs, notionalCents: usd * 100, dedupeKey })];
  return { type: "rows", receivedAtMs, rows };
}
const clock = (atMs: number): EngineInput => ({ type: "clock", nowMs: T0 + atMs });

describe("rules that change while the daemon runs", () => {
  test("see windows that no rule asked for before, as if they had been there all day", async () => {
    let held = 0;
    for (let seed = 1; seed <= 16; seed += 1) {
      const size = { inputsMax: 60, stepsMs: [0, 100, 3_000, 60_000, HOUR_MS] };
      const { inputs } = randomTrial(seed, size);
      const { rules } = randomTrial(seed + 500, size);
      const { engine, decider, changeRules } = await start([ruleOf({ name: "before" })]);
      for (const input of inputs) decider.take(input);
      await changeRules(rules);
      const uncut = new Engine({ rules });
      for (const input of inputs) uncut.step(input);
      expect(windowsOf(engine), `seed ${seed}`).toEqual(windowsOf(uncut));
      held += windowsOf(uncut).length;
      expect(engine.admission.counts).toEqual(uncut.admission.counts);
      await decider.stop();
    }
    expect(held).toBeGreaterThan(20);
  });

  test("an open incident goes on under new thresholds, with its id and its rows", async () => {
    const { decider, changeRules, log, store } = await start([ruleOf()]);
    decider.take(row(0, 150));
    expect(log).toEqual(["0 opened minute BTC LOW"]);
    const thresholds = { low: 50, medium: 60, high: 120, critical: 10_000 };
    expect(await changeRules([ruleOf({ thresholds })])).toEqual([]);
    decider.take(clock(200));
    expect(log.slice(1)).toEqual(["changed", "100 escalated minute BTC HIGH"]);
    decider.take(clock(200_000));
    expect(log.at(-1)).toContain("resolved minute BTC HIGH");
    await decider.stop();
    const alerts = await store.recentAlerts(3, { suppressed: false });
    expect(alerts.map(({ decision }) => decision.decision)).toEqual([
      "resolved",
      "escalated",
      "opened",
    ]);
    expect(new Set(alerts.map(({ decision }) => decision.incidentId)).size).toBe(1);
    expect(alerts[0]?.decision.window).toMatchObject({ rows: 1, longCents: 15_000 });
  });

  test("a scope that nothing watches any more is forgotten, its incident ended without a word", async () => {
    const first = ruleOf({ name: "first" });
    const second = ruleOf({ name: "second" });
    const { decider, changeRules, log, store } = await start([first, second]);
    decider.take(row(0, 150));
    const ended = await changeRules([second]);
    expect(ended).toEqual([{ rule: "first", scopeKey: "BTC", state: null }]);
    decider.take(clock(100));
    await decider.stop();
    expect(log).toEqual(["0 opened first BTC LOW", "0 opened second BTC LOW", "changed"]);
    expect((await store.openIncidents()).map(({ rule }) => rule)).toEqual(["second"]);
    expect((await store.warmStart()).scopes.map(({ rule }) => rule)).toEqual(["second"]);
  });

  test("what arrives meanwhile waits and is evaluated at its own time, nothing twice", async () => {
    const { decider, changeRules, engine, log } = await start([ruleOf({ name: "old" })]);
    decider.take(row(0, 10));
    const changing = changeRules([ruleOf({ name: "new" })]);
    decider.take(clock(100));
    decider.take(clock(200));
    decider.take(row(250, 95));
    decider.take({ type: "rows", receivedAtMs: T0 + 300, rows: [] });
    expect([engine.nowMs, log]).toEqual([T0, []]);
    await changing;
    expect([engine.nowMs, log]).toEqual([T0 + 300, ["changed", "250 opened new BTC LOW"]]);
    expect(engine.admission.counts).toMatchObject({ liquidations: 2, duplicates: 0 });
    await decider.stop();
  });

  test("a store that is away leaves the old rules, windows and incidents as they were", async () => {
    let isAway = false;
    const { decider, changeRules, engine, log } = await start([ruleOf()], () => isAway);
    decider.take(row(0, 150));
    isAway = true;
    const changing = changeRules([ruleOf({ name: "other" })]);
    decider.take(row(50, 300));
    await expect(changing).rejects.toThrow("Store is away");
    expect(engine.rules.map(({ rule }) => rule.name)).toEqual(["minute"]);
    expect(log).toEqual(["0 opened minute BTC LOW", "50 escalated minute BTC HIGH"]);
    isAway = false;
    await changeRules([ruleOf({ name: "other" })]);
    decider.take(clock(100));
    expect(log.at(-1)).toBe("100 opened other BTC HIGH");
    await decider.stop();
  });

  test("reading back is given up when too much waits behind it", async () => {
    const { decider, store } = await start([]);
    decider.take(row(0, 150));
    await decider.stop();
    const remembered = { scopes: [], nowMs: T0, isCut: () => true };
    await expect(refill(new Engine({ rules: [] }), store, remembered)).rejects.toMatchObject({
      code: "LIQ_STORE",
      message: "Reading the store back takes too long",
    });
  });

  test("before the first input there is nothing to fill, and nothing is stored", async () => {
    const { decider, changeRules, engine, log, store } = await start([]);
    await changeRules([ruleOf()]);
    expect(engine.nowMs).toBeNull();
    expect((await store.warmStart()).engineNowMs).toBeNull();
    decider.take(row(0, 150));
    expect(log).toEqual(["changed", "0 opened minute BTC LOW"]);
    await decider.stop();
  });
});

/** Orders and money in the window of every scope that holds any, at the engine's clock. */
function windowsOf(engine: Engine): readonly string[] {
  const lines: string[] = [];
  for (const { compiled, key, window } of engine.series.scopes()) {
    window.advance(engine.nowMs ?? 0);
    const { orders, longCents, shortCents } = window;
    if (orders > 0) lines.push(`${compiled.rule.name} ${key} ${orders} ${longCents} ${shortCents}`);
  }
  return lines.sort();
}

test("a venue whose sides are in doubt stays so over a restart, and its rows out of the windows", async () => {
  const rules = [ruleOf({ name: "minute", windowMs: 300_000 })];
  const first = await start(rules);
  for (let second = 0; second <= 170; second += 1) {
    const atMs = T0 + second * 1_000;
    const referencePrices = { BTC: 100_000 - second };
    if (second % 5 === 0) first.decider.take({ type: "context", atMs, referencePrices });
    if (second < 60) continue;
    const rows = (["okx", "bybit"] as const).map((venue) => {
      const positionSide = venue === "okx" ? "long" : "short";
      return rowOf({
        venue,
        positionSide,
        receivedAtMs: atMs,
        dedupeKey: `doubt ${venue} ${atMs}`,
      });
    });
    first.decider.take({ type: "rows", receivedAtMs: atMs, rows });
  }
  const doubt = { venue: "bybit", sinceMs: T0 + 160_000 };
  expect(first.engine.sides.suspects()).toMatchObject([doubt]);
  await first.decider.stop();

  const second = await restart(rules);
  expect(second.engine.sides.suspects()).toMatchObject([doubt]);
  const resident = ({ rows }: EngineState) =>
    rows.map(({ group, timeMs }) => `${group.venue} ${timeMs - T0}`).toSorted();
  const before = resident(saveEngine(first.engine));
  expect(before.filter((one) => one.startsWith("bybit"))).toHaveLength(101);
  expect(resident(saveEngine(second.engine))).toEqual(before);
  expect(second.engine.series.day.total({ nowMs: T0 + 170_000, windowMs: 86_400_000 }).rows).toBe(
    222,
  );
  await second.decider.stop();
});

test("a cascade and what the whole market inhibits outlive a restart and a change of rules", async () => {
  const market = ruleOf({
    ...{
      name: MARKET_WIDE,
      scope: "market",
      thresholds: { low: 1e6, medium: 2e6, high: 4e6, critical: 8e6 },
    },
    marketWide: { assets: 2, othersThanMajors: 1, floorUsd: 200_000, oneSidePct: 70 },
  });
  const rules = [
    ruleOf({ thresholds: { low: 1e5, medium: 2e5, high: 4e5, critical: 8e5 } }),
    market,
  ];
  const first = await start(rules);
  const fall = (decider: Decider, asset: string, atMs: number) => {
    const receivedAtMs = T0 + atMs;
    const rows = [1, 2, 3, 4, 5].map((one) => {
      const dedupeKey = `fall ${asset} ${atMs} ${one}`;
      return rowOf({ asset, receivedAtMs, notionalCents: 2_500_000, dedupeKey });
    });
    decider.take({ type: "rows", receivedAtMs, rows });
  };
  fall(first.decider, "BTC", 0);
  fall(first.decider, "SOL", 100);
  fall(first.decider, "XRP", 200);
  const told = ["0 opened minute BTC LOW", "100 opened minute SOL LOW"];
  expect(first.log).toEqual([...told, "100 opened market-wide market MEDIUM"]);
  await first.decider.stop();

  const second = await restart(rules);
  const running = () => second.engine.cascades.stateOf("XRP", T0 + 300).running;
  expect(running()).toMatchObject({ startMs: T0 + 200, figures: { orders: 5 } });
  fall(second.decider, "ADA", 300);
  await second.changeRules(rules.map((rule) => ({ ...rule, cooldownMs: 1_000 })));
  expect(running()).toMatchObject({ startMs: T0 + 200, figures: { orders: 5 } });
  second.decider.take(clock(90_000));
  const held = second.log.filter((line) => line.includes("suppressed"));
  expect(held).toEqual(["200 suppressed minute XRP LOW", "300 suppressed minute ADA LOW"]);
  expect(second.engine.cascades.stateOf("XRP", T0).last).toMatchObject({ endMs: T0 + 60_200 });
  await second.decider.stop();

  const third = await restart(rules);
  expect(third.engine.cascades.stateOf("XRP", T0).last).toMatchObject({
    ...{ startMs: T0 + 200, endMs: T0 + 60_200, peakCents: 12_500_000 },
  });
  await third.decider.stop();
});
