import { expect, test } from "vitest";
import { buildApi } from "../../src/api/server.ts";
import { sampleApi } from "./samples.ts";

async function ask(path: string) {
  const answer = await buildApi(sampleApi()).inject(path);
  return { status: answer.statusCode, body: answer.json() };
}

test("GET /v1/cascade/BTC tells the cascade that runs", async () => {
  const { status, body } = await ask("/v1/cascade/btc");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ asset: "BTC", asOf: "2026-11-20T14:06:12.000Z", inCascade: true, last: null },
    line: { window: "1m", orders: 5, usd: 100_000, openInterestUsd: null },
    window: { orders: 29, totalUsd: 8_700_000, longUsd: 7_800_000, shortUsd: 900_000 },
    running: {
      ...{ startedAt: "2026-11-20T14:04:50.000Z", endedAt: null, durationSeconds: 82 },
      ...{ orders: 45, totalUsd: 13_500_000, peakUsd: 9_000_000 },
      ...{ firstVenue: "bybit", crossVenue: true, largestUsd: 300_000 },
      byVenue: [
        { venue: "bybit", totalUsd: 6_900_000, orders: 23 },
        { venue: "binance", totalUsd: 3_300_000, orders: 11 },
        { venue: "okx", totalUsd: 3_300_000, orders: 11 },
      ],
    },
    risk: { value: 1.57931034, level: "extreme" },
  });
  const { signal } = body;
  expect(signal).toMatchObject({ profile: "relative", window: "10s", level: "WATCH" });
  const parts = signal.parts.map((part: { name: string; value: number | null }) => part.name);
  expect(parts).toEqual(["pace", "acceleration", "orders", "breadth", "funding", "open interest"]);
  expect(signal.parts.at(-1)).toEqual({ name: "open interest", weightPct: 10, value: null });
});

test("an asset after its cascade has the last one, others have none", async () => {
  const sol = (await ask("/v1/cascade/SOL")).body;
  expect(sol).toMatchObject({
    ...{ inCascade: false, running: null },
    window: { orders: 0, totalUsd: 0, byVenue: [] },
    last: { orders: 40, totalUsd: 2_000_000, endedAt: "2026-11-20T09:08:22.000Z" },
  });
  expect(sol.signal).toMatchObject({ value: 0, level: "NONE" });
  const none = { running: null, last: null, signal: null, risk: null };
  expect((await ask("/v1/cascade/ETH")).body).toMatchObject(none);
  expect((await ask("/v1/cascade/NOPE")).status).toBe(404);
});
