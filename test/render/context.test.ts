/** Open interest and funding in messages. */
import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { formatFunding } from "../../src/render/context.ts";
import { renderMessage } from "../../src/render/message.ts";
import { AT_MS, decision, NOTES } from "./samples.ts";

function message(told: Decision) {
  return renderMessage([told], {
    ...{ incidentNumber: 20_417, nowMs: told.atMs + 1_500, label: null },
    ...{ silentBelow: "HIGH", venueNotes: NOTES },
  });
}

describe("a message tells", () => {
  test("open interest and funding as they stood, and nothing of what nobody tells", () => {
    const note = { asset: "BTC", windowMs: 300_000, openInterestPct: -0.6, fundingRate8h: 0.00012 };
    const told = message(decision({ context: note }));
    expect(told.fields.find(({ name }) => name === "Context")?.value).toBe(
      "Open interest -0.60% in 5 min · funding +0.012%/8h",
    );
    expect(told.facts).toContain("OI -0.60% (5m) · funding +0.012%/8h");
    const part = { ...note, openInterestPct: null, fundingRate8h: -0.0001 };
    expect(message(decision({ context: part })).facts).toContain("Funding -0.01%/8h");
    const market = decision({ scope: "market", scopeKey: "market", context: note });
    expect(message(market).facts).toContain("BTC OI -0.60% (5m) · funding +0.012%/8h");
    const bare = message(decision());
    expect(bare.fields.map(({ name }) => name)).not.toContain("Context");
  });

  test("a fall of open interest, which is its own news", () => {
    const note = { asset: "BTC", windowMs: 300_000, openInterestPct: -4.2, fundingRate8h: 0.00012 };
    const fall = decision({ metric: "openInterestDropPct", value: 4.2, context: note });
    const told = message(fall);
    expect(told.title).toBe("BTC open interest -4.2% in 5 min, $7.42M (MEDIUM)");
    expect(told.facts).toContain("Funding +0.012%/8h");
    const calmed = message({ ...fall, decision: "resolved", incidentStartMs: AT_MS - 600_000 });
    expect(calmed.facts[0]).toContain("largest fall of open interest in 5 min -4.2% (MEDIUM)");
  });
});

test("a rate is told per 8 hours, with its sign and no needless digits", () => {
  const rates = [0.00012, -0.0001, 0, 0.000_002_345, -0.75];
  expect(rates.map(formatFunding)).toEqual([
    ...["+0.012%/8h", "-0.01%/8h", "0%/8h", "+0.0002%/8h", "-75%/8h"],
  ]);
});
