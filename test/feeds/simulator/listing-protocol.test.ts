/** The simulators of polled venues, judged by their answers alone. */
import { afterEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../../src/feeds/simulator/server.ts";
import type { VenueId } from "../../../src/liquidation.ts";
import { SteppedRuntime } from "../stepped-runtime.ts";

let simulator: Simulator;

afterEach(() => simulator.stop());

async function open(venue: VenueId, ages: readonly number[], restPageMax?: number) {
  const runtime = new SteppedRuntime();
  const options = { venue, runtime, assets: ["BTC"] };
  simulator = await startSimulator(
    restPageMax === undefined ? options : { ...options, restPageMax },
  );
  for (const age of ages) {
    simulator.publish({
      ...{ venue, asset: "BTC", positionSide: age % 2 === 0 ? "long" : "short" },
      ...{ price: "60000", baseSize: "0.5", atMs: runtime.startMs - age },
    });
  }
  await runtime.pass(100);
  return runtime.startMs;
}

async function ask(path: string) {
  const response = await fetch(simulator.restUrl + path);
  return response.ok ? JSON.parse(await response.text()) : response.status;
}

test("Orderly lists signed positions, newest first, with an empty second page", async () => {
  const startMs = await open("orderly", [4, 3], 5);
  const path = `/v1/public/liquidated_positions?start_t=${startMs - 4}`;
  const { data, success } = await ask(path);
  expect(success).toBe(true);
  expect(data.meta).toEqual({ total: 2, records_per_page: 5, current_page: 1 });
  const [newest, oldest] = data.rows;
  expect(newest).toMatchObject({ timestamp: startMs - 3, liquidation_id: 2, type: "liquidated" });
  expect(newest.positions_by_perp).toMatchObject([
    { symbol: "PERP_BTC_USDC", position_qty: -0.5, cost_position_transfer: -30_000 },
    { position_qty: 0 },
  ]);
  expect(oldest.positions_by_perp[0]).toMatchObject({ position_qty: 0.5, transfer_price: 60_000 });
  expect((await ask(`${path}&page=2`)).data.rows).toEqual([]);
  expect((await ask(`${path}&end_t=${startMs - 4}`)).data.rows).toHaveLength(1);
  expect(await ask("/v1/nothing")).toBe(404);
});

test("Paradex lists the taker's trades, ordinary ones among them, behind a cursor", async () => {
  const startMs = await open("paradex", [4, 3], 1);
  const path = `/v1/trades?market=BTC-USD-PERP&start_at=${startMs - 4}`;
  const first = await ask(path);
  expect(first.results).toMatchObject([
    { id: "2", trade_type: "FILL" },
    { id: "2", trade_type: "LIQUIDATION", side: "BUY", price: "60000", size: "0.5" },
  ]);
  const second = await ask(`${path}&cursor=${first.next}`);
  expect(second.next).toBe("");
  expect(second.results[1]).toMatchObject({ id: "1", side: "SELL", created_at: startMs - 4 });
  expect(await ask("/v1/trades?market=GONE-USD-PERP")).toBe(404);
});

test("CoinEx lists positions of one market by pages, its errors as codes", async () => {
  const startMs = await open("coinex", [4, 3], 1);
  const path = `/v2/futures/liquidation-history?market=BTCUSDT&start_time=${startMs - 4}`;
  const first = await ask(path);
  expect(first).toMatchObject({ code: 0, pagination: { has_next: true } });
  expect(first.data).toMatchObject([{ market: " BTCUSDT", side: "short", liq_amount: "0.5" }]);
  expect(await ask(`${path}&page=2`)).toMatchObject({
    data: [{ side: "long", created_at: startMs - 4 }],
    pagination: { has_next: false },
  });
  expect(await ask("/v2/futures/liquidation-history?market=GONE")).toMatchObject({ code: 4004 });
  simulator.refuseNext({ subscribe: "refused" });
  expect(await ask(path)).toMatchObject({ code: 4213 });
});
