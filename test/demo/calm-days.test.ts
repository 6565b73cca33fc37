import { describe, expect, it } from "vitest";
import { bundledShares } from "../../src/config/venue-shares.ts";
import { type CalmRow, calmDays } from "../../src/demo/calm-days.ts";
import { readEnvelope } from "../../src/demo/envelope.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 10, 2);
const DAY_USD = 50_000_000;

function days(seed: number, count: number): readonly CalmRow[] {
  const { assets } = readEnvelope();
  const mix = { assets, venueUsd: bundledShares(), dayUsd: DAY_USD };
  return [...calmDays({ ...mix, seed, days: count, startMs: START_MS })];
}

const sum = (rows: readonly CalmRow[]) => rows.reduce((usd, row) => usd + row.notionalUsd, 0);

describe("invented days without a crash", () => {
  const rows = days(1, 3);

  it("are the same for the same seed, and others for another", () => {
    expect(days(1, 3)).toEqual(rows);
    expect(days(2, 1)[0]).not.toEqual(rows[0]);
  });

  it("stand in order of receipt within their time, in whole cents", () => {
    expect(rows[0]?.receivedAtMs).toBeGreaterThan(START_MS);
    expect(rows.at(-1)?.receivedAtMs).toBeLessThan(START_MS + 3 * DAY_MS);
    const receipts = rows.map(({ receivedAtMs }) => receivedAtMs);
    expect(receipts).toEqual(receipts.toSorted((a, b) => a - b));
    const odd = rows.filter(
      ({ notionalUsd }) => Math.round(notionalUsd * 100) / 100 !== notionalUsd,
    );
    expect(odd).toEqual([]);
  });

  it("have about the money that is asked for, most of it in the large assets and venues", () => {
    expect(sum(rows) / (3 * DAY_USD)).toBeGreaterThan(0.6);
    expect(sum(rows) / (3 * DAY_USD)).toBeLessThan(1.6);
    const btc = sum(rows.filter(({ asset }) => asset === "BTC"));
    expect(btc / sum(rows)).toBeGreaterThan(0.2);
    const ofVenue = (venue: string) => rows.filter((row) => row.venue === venue).length;
    expect(ofVenue("binance")).toBeGreaterThan(ofVenue("okx"));
    expect(ofVenue("okx")).toBeGreaterThan(ofVenue("bitmex"));
  });
});
