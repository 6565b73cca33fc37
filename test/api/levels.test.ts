import { describe, expect, test } from "vitest";
import { LevelsJson } from "../../src/api/routes/levels.ts";
import { buildApi } from "../../src/api/server.ts";
import { sampleApi } from "./samples.ts";

const app = buildApi(sampleApi());

async function levelsOf(asset: string) {
  const answer = await app.inject(`/v1/levels/${asset}`);
  expect([asset, answer.statusCode]).toEqual([asset, 200]);
  return LevelsJson.parse(answer.json());
}

describe("GET /v1/levels/{asset}", () => {
  test("says at which prices positions were liquidated, and that it is no forecast", async () => {
    const { levels, ...btc } = await levelsOf("btc");
    expect(btc).toEqual({
      label: "SIMULATION",
      title: "Where positions were liquidated, not a forecast",
      ...{ asset: "BTC", asOf: "2026-11-20T14:06:12.000Z", samples: [], width: 100 },
      ...{ coveragePct: 43.2, partial: true, assumed: true },
    });
    expect(levels).toHaveLength(4);
    expect(levels[0]).toEqual({
      ...{ from: 67_400, to: 67_500, positionSide: "long", orders: 3, rows: 4 },
      ...{ totalUsd: 312_500, venues: ["binance", "okx"] },
      ...{ firstAt: "2026-11-20T13:36:12.000Z", lastAt: "2026-11-20T14:05:12.000Z" },
    });
  });

  test("has no levels for an asset that was quiet for an hour", async () => {
    const { width, levels } = await levelsOf("ETH");
    expect([width, levels]).toEqual([null, []]);
  });

  test("refuses an unknown asset with a guess", async () => {
    const answer = await app.inject("/v1/levels/PEPEE");
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toContain("did you mean PEPE?");
  });
});
