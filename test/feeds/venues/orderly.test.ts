import { describe, expect, it } from "vitest";
import { orderly } from "../../../src/feeds/venues/orderly.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const ETH = {
  symbol: "PERP_ETH_USDC",
  position_qty: -1.0559,
  cost_position_transfer: -2869.756697,
  transfer_price: 2717.83,
};
const LISTED = listedBy(orderly, 0, {
  success: true,
  data: { rows: [{ symbol: "PERP_ETH_USDC" }, { symbol: "PERP_1000PEPE_USDC" }] },
});

function answer(positions: readonly unknown[], more: object = {}) {
  const row = { timestamp: 1_790_500_100_000, liquidation_id: 102, type: "liquidated", ...more };
  return { success: true, data: { rows: [{ ...row, positions_by_perp: positions }] } };
}

function decodeAt(message: object, subscribedAtMs: number | null) {
  const text = JSON.stringify(message);
  return orderly.decode(text, null, { receivedAtMs: null, subscribedAtMs });
}

describe("a liquidated position of Orderly", () => {
  it("has the side of its sign and the money that the venue gives", () => {
    const long = { ...ETH, position_qty: 0.0914, cost_position_transfer: 245.709706 };
    const [short, other] = liquidationsOf(orderly, answer([ETH, long]), LISTED);
    expect(short).toMatchObject({
      market: "ETH/USDC:USDC",
      positionSide: "short",
      size: 1.0559,
      price: 2717.83,
      notionalCents: 286_976,
      occurredAtMs: 1_790_500_100_000,
      dedupeKey: "orderly|PERP_ETH_USDC|102",
    });
    expect(other).toMatchObject({ positionSide: "long", notionalCents: 24_571 });
  });

  it("without a money amount is worth its coins at the transfer price", () => {
    const bare = { ...ETH, cost_position_transfer: undefined };
    expect(liquidationsOf(orderly, answer([bare]), LISTED)[0]?.notionalCents).toBe(286_976);
    const pushed = { symbol: "PERP_ETH_USDC", positionQty: -2 };
    const data = [{ liquidationId: 7, timestamp: 1_790_500_100_000, positionsByPerp: [pushed] }];
    const [row] = liquidationsOf(orderly, { topic: "liquidation", ts: 1, data }, LISTED);
    expect(row).toMatchObject({ size: 2, price: null, notionalCents: null });
    expect(row?.dedupeKey).toBe("orderly|PERP_ETH_USDC|7");
  });

  it("of nothing is a follow-up and no row; a claim was closed before", () => {
    expect(decodeWith(orderly, answer([{ ...ETH, position_qty: 0 }])).control?.type).toBe("other");
    expect(decodeWith(orderly, answer([ETH], { type: "claim" })).rows).toEqual([]);
    const party = decodeWith(orderly, answer([ETH], { type: "party" }));
    expect(party.rejects).toEqual([{ reason: "unknown-kind", detail: 'type is "party"' }]);
  });

  it("keeps its neighbours when it cannot be read", () => {
    const bad = [{ ...ETH, position_qty: "much" }, 5, { ...ETH, transfer_price: 0 }];
    const { rows, rejects } = decodeWith(orderly, answer([...bad, ETH]));
    expect(rows).toHaveLength(1);
    expect(rejects.map(({ reason }) => reason)).toEqual(["size", "shape", "price"]);
  });

  it("from before the first answer is history", () => {
    const history = (atMs: number | null) => decodeAt(answer([ETH]), atMs).rows[0]?.history;
    expect(history(1_790_500_100_001)).toBe(true);
    expect(history(1_790_500_100_000)).toBe(false);
    expect(history(null)).toBe(false);
  });
});

it("Orderly's next page goes on from the edge of a full one, whatever its order", () => {
  const path = orderly.poll?.path("all", 1_000) ?? "";
  const next = (times: readonly number[], full: number) => {
    const rows = times.map((ms) => ({ timestamp: 1_790_500_000_000 + ms }));
    return orderly.poll?.next?.({ data: { rows, meta: { records_per_page: full } } }, path);
  };
  expect(path).toBe("/v1/public/liquidated_positions?start_t=1000&size=500");
  expect(next([3, 2], 2)).toBe(`${path}&end_t=1790500000002`);
  expect(next([2, 3], 2)).toBe(path.replace("=1000&", "=1790500000003&"));
  expect(next([3, 2], 3)).toBeNull();
  expect(next([], 0)).toBeNull();
  expect(orderly.poll?.next?.("x", path)).toBeNull();
});

it("Orderly's list gives perpetuals, thousands of coins by the coin", () => {
  const named = LISTED.map(({ symbol, market, asset, multiplier }) => {
    return [symbol, market, asset, multiplier];
  });
  expect(named).toEqual([
    ["PERP_ETH_USDC", "ETH/USDC:USDC", "ETH", 1],
    ["PERP_1000PEPE_USDC", "1000PEPE/USDC:USDC", "PEPE", 1_000],
  ]);
});
