/** Replies about the market where little is known; the usual ones stand in test/commands/replies. */
import { expect, test } from "vitest";
import type { AssetContext } from "../../src/market-context.ts";
import {
  type ContextOptions,
  fundingReply,
  fundingTable,
  marketReply,
  openInterestReply,
  openInterestTable,
} from "../../src/render/replies/market.ts";

const OPTIONS: ContextOptions = {
  sources: [
    {
      ...{ venue: "gate", everyMs: 15_000, lastAtMs: null, failures: 2, trouble: "HTTP 500" },
      openInterest: { factor: 1, note: "published one-sided" },
    },
  ],
  ...{ titleOf: (venue) => venue.toUpperCase(), nowMs: Date.UTC(2026, 10, 20, 14) },
};
const NOTHING: AssetContext = {
  ...{ asset: "BTC", price: null, openInterest: null, funding: null, venues: [], stale: ["gate"] },
};
const MONEY = { orders: 0, totalCents: 0, longCents: 0, shortCents: 0 };

test("what nobody told is unknown, never zero, and who was asked is named", () => {
  const replies = [
    ...[openInterestTable([], OPTIONS), fundingTable([], OPTIONS)],
    ...[openInterestReply(NOTHING, OPTIONS), fundingReply(NOTHING, OPTIONS)],
    marketReply(NOTHING, { ...OPTIONS, hour: MONEY, day: MONEY }),
  ];
  for (const { table, lines } of replies) {
    expect(table).toEqual([]);
    expect(lines).toEqual(["Unknown: none of GATE has told it in the last rounds"]);
  }
});

test("without anybody to ask the setting is named", () => {
  expect(openInterestTable([], { ...OPTIONS, sources: [] }).lines[0]).toContain("context.enabled");
});

test("a venue that failed is named above the figures; a rate without a price is told alone", () => {
  const funding = {
    ...{ rate8h: 0.0001, settledRate8h: null, venues: ["okx" as const], trendPerHour: null },
    ...{ accelerationPerHour2: null, dayLow8h: null, dayHigh8h: null },
  };
  const reply = marketReply({ ...NOTHING, funding }, { ...OPTIONS, hour: MONEY, day: MONEY });
  expect(reply.warnings).toEqual(["Not, or not wholly, in it: GATE"]);
  expect(reply.table.join(" ")).toContain("funding/8h");
  expect(reply.table.join(" ")).not.toContain("price");
  expect(reply.lines.at(-1)).toBe("Liquidations: at least this much");
});
