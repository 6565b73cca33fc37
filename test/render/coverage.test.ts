/** The order of limits in the honest line; whole messages stand in message.test.ts. */
import { expect, test } from "vitest";
import { coverageOf } from "../../src/render/coverage.ts";
import { decision, snapshot } from "./samples.ts";

test("names a sample before all other limits, however small its part", () => {
  const limited = ["gate", "bitget", "htx", "lighter", "binance", "okx", "hyperliquid"] as const;
  const notes = Object.fromEntries(
    limited.map((title) => [title, { title, completeness: "partial", completenessShort: "some" }]),
  );
  const sample = { title: "Hyperliquid", completeness: "sample" };
  const completenessShort = "only a sample of watched accounts";
  const byVenue = limited.map((name, at) => {
    return { name, notionalCents: 1_000 - at, orders: 1 };
  });
  const told = decision({ window: snapshot({ byVenue }) });
  const line = coverageOf(told, { ...notes, hyperliquid: { ...sample, completenessShort } });
  expect(line).toMatch(
    /^At least this much: Hyperliquid shows only a sample of watched accounts; gate shows some; .*; 2 more\./,
  );
  const without = decision({ window: snapshot({ byVenue: byVenue.slice(0, 2) }) });
  expect(coverageOf(without, notes)).not.toContain("Hyperliquid");
});
