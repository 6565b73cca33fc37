import { expect, test } from "vitest";
import { sampleContext } from "./context-sample.ts";

const NOW = Date.UTC(2026, 10, 20, 14, 6);

test("assets stand in the order of their open interest, with changes and rates", () => {
  const view = sampleContext(NOW);
  const [first, second, ...rest] = view.contextLines(5);
  expect([first?.asset, second?.asset, rest]).toEqual(["BTC", "ETH", []]);
  // Bybit's 60,000 coins shrank by 2 % of 170,000 in all.
  expect(first?.changesPct[0]).toBeCloseTo((-0.02 * 60_000 * 100) / 170_000, 9);
  expect(first?.changesPct[2]).toBeNull();
  expect(first?.openInterestUsd).toBeCloseTo((60_000 * 0.98 + 80_000 + 30_000) * 67_000, 3);
  expect(view.contextLines(1)).toHaveLength(1);
});

test("one asset is told by venue, with a price of one of them", () => {
  const context = sampleContext(NOW).context("BTC");
  expect(context?.venues.map(({ venue }) => venue)).toEqual(["binance", "bybit", "hyperliquid"]);
  expect(context?.price).toMatchObject({ venue: "bybit", price: 67_000 });
  expect(context?.openInterest?.changes.map(({ windowMs }) => windowMs)).toEqual([
    ...[60_000, 300_000, 3_600_000],
  ]);
  expect(sampleContext(NOW).context("DOGE")).toBeNull();
  expect(sampleContext(NOW).contextPoints("BTC").length).toBeGreaterThan(20);
});
