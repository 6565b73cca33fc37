/** What is usual after a restart: rows of 25 h read back one by one, older ones summed up by the store. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Liquidation } from "../../src/liquidation.ts";
import { Engine } from "../../src/severity/engine.ts";
import { restoreScopes } from "../../src/severity/warm-start.ts";
import { blockMoney } from "../../src/store/block-money.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { ruleOf } from "../severity/samples.ts";
import { openScene, type Scene } from "./buckets-scene.ts";
import { row } from "./samples.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BLOCK_MS = 5 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 10, 0, 2);
const LAGS_MS = [0, 0, 0, 1, BLOCK_MS, 24 * HOUR_MS, 25 * HOUR_MS, 25 * HOUR_MS + 1];
const ASSETS = ["BTC", "BTC", "ETH", "PEPE", null];
const RESTARTS = 6;

function randomRow(chance: Chance, key: string, receivedAtMs: number): Liquidation {
  return row(key, {
    asset: chance.pick(ASSETS),
    receivedAtMs,
    occurredAtMs: receivedAtMs - chance.pick(LAGS_MS),
    notionalCents: chance.in100(5) ? null : chance.integer(1, 10 ** 9),
    kind: chance.pick(["liquidation", "liquidation", "liquidation", "deleverage"]),
    history: chance.in100(5),
  });
}

describe.each(["embedded", "postgres"])("money by 5 min window on %s", (kind) => {
  let scene: Scene;

  beforeAll(async () => {
    const made = await openScene(kind, 505);
    if (made === null) throw new Error(`No ${kind} here`);
    scene = made;
  });

  afterAll(async () => {
    await scene.database.close();
  });

  test("a restart at any row knows what was usual, to the cent", { timeout: 60_000 }, async () => {
    const chance = chanceOf(77);
    const live = new Engine({ rules: [ruleOf()] });
    let nowMs = START_MS;
    let known = 0;
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const rows = Array.from({ length: 400 }, (_, at) => {
        nowMs += chance.integer(0, 8 * MINUTE_MS);
        return randomRow(chance, `${restart}|${at}`, nowMs);
      });
      for (const one of rows) {
        live.step({ type: "rows", receivedAtMs: one.receivedAtMs, rows: [one] });
      }
      await scene.commitRows(rows.map((one) => ({ row: one, countsOrder: true })));
      const again = await restarted(scene, nowMs);
      live.normal.advance(nowMs);
      expect(again.normal.save().watched.blocks).toEqual(live.normal.save().watched.blocks);
      for (const asset of ["BTC", "ETH", "PEPE"]) {
        const expected = live.normal.usualOf(asset, nowMs);
        expect(again.normal.usualOf(asset, nowMs), `${asset} ${restart}`).toEqual(expected);
        expect(byAsset(again, asset)).toEqual(byAsset(live, asset));
        if (expected.type === "known") known += 1;
      }
    }
    expect(known).toBeGreaterThan(10);
  });

  test("an empty stretch has no windows", async () => {
    const query = { fromMs: 0, toMs: START_MS - 40 * DAY_MS, lagMsMax: DAY_MS };
    expect(await blockMoney(scene.database, query)).toEqual([]);
  });
});

/** As the daemon does it, everything watched from the first row on. */
async function restarted({ store, database }: Scene, nowMs: number): Promise<Engine> {
  const engine = new Engine({ rules: [ruleOf()] });
  const { rowsSinceMs } = restoreScopes(engine, [], nowMs);
  for await (const chunk of store.liquidationsSince(rowsSinceMs)) {
    for (const { row: one, countsOrder } of chunk) engine.restoreRow(one, countsOrder);
  }
  const reach = { fromMs: nowMs - 7 * DAY_MS - BLOCK_MS, toMs: nowMs - 25 * HOUR_MS };
  const [first] = await database.query(
    "select min(received_at_ms)::float8 as ms from liqwatch.liquidations",
  );
  const firstMs = Number(first?.ms);
  engine.normal.recall({
    blocks: await blockMoney(database, { ...reach, lagMsMax: 25 * HOUR_MS }),
    nowMs,
    watchedPart: (fromMs, toMs) => {
      return Math.max(0, toMs - Math.max(fromMs, firstMs)) / (toMs - fromMs);
    },
  });
  return engine;
}

/** Windows and cents that are kept: a restart has dropped what is too old, a live one may wait. */
function byAsset(engine: Engine, asset: string): unknown {
  const { assets, watched } = engine.normal.save();
  const [, state] = assets.find(([name]) => name === asset) ?? [];
  const oldest = (watched.running ?? 0) - 2_016;
  return state?.blocks.flatMap((block, at) => (block < oldest ? [] : [[block, state.cents[at]]]));
}
