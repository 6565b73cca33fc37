import { expect, test } from "vitest";
import { buildApi } from "../../src/api/server.ts";
import { sampleApi } from "./samples.ts";

async function ask(path: string) {
  const answer = await buildApi(sampleApi()).inject(path);
  return { status: answer.statusCode, body: answer.json() };
}

test("GET /v1/context/BTC tells open interest, funding, price and a day of them", async () => {
  const { status, body } = await ask("/v1/context/btc");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ asset: "BTC", stale: [] },
    price: { venue: "bybit", price: 67_000 },
    openInterest: { venues: ["bybit", "binance", "hyperliquid"] },
    sources: [
      { venue: "bybit", factor: 0.5, note: "published two-sided; one side is counted" },
      { venue: "okx", failures: 3, trouble: "HTTP 503" },
    ],
  });
  const fiveMinutes = body.openInterest.changes.find(
    ({ window }: { readonly window: string }) => window === "5m",
  );
  expect(fiveMinutes.changePct).toBeCloseTo(-0.7059, 3);
  expect(body.funding.rate8h).toBeCloseTo(0.000113, 6);
  expect(body.points.at(-1)).toMatchObject({ venues: ["bybit", "binance", "hyperliquid"] });
  expect(body.venues[2].funding).toMatchObject({ intervalHours: 1, settlesAt: null });
});

test("an asset that nobody told of has nothing, an unknown one is no asset", async () => {
  const { status, body } = await ask("/v1/context/PEPE");
  expect([status, body.price, body.openInterest, body.funding, body.points]).toEqual([
    ...[200, null, null, null, []],
  ]);
  expect((await ask("/v1/context/NOPE")).status).toBe(404);
});
