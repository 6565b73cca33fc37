import { describe, expect, test } from "vitest";
import { openApi } from "../../src/api/openapi.ts";
import { buildApi } from "../../src/api/server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { SampleCharts, TINY_PNG } from "../pictures/sample-charts.ts";
import { sampleApi, sampleQueries } from "./samples.ts";

function scene(over: Parameters<typeof sampleApi>[0] = {}) {
  const charts = new SampleCharts();
  const app = buildApi(sampleApi({ charts, ...over }));
  return { charts, get: (path: string) => app.inject(`/v1/chart/${path}`) };
}

describe("GET /v1/chart/{asset}.png", () => {
  test("is the picture, for browsers to keep a moment", async () => {
    const { charts, get } = scene();
    const answer = await get("btc.png?window=4h");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      ...{ "content-type": "image/png", "cache-control": "max-age=5" },
      "content-disposition": 'inline; filename="btc-4h.png"',
      "x-content-type-options": "nosniff",
    });
    expect(answer.rawPayload.equals(TINY_PNG)).toBe(true);
    await get("market.png");
    expect(charts.asked).toEqual([
      { windowMs: 14_400_000, asset: "BTC" },
      { windowMs: 3_600_000, asset: undefined },
    ]);
  });

  test.each([
    ["btc.png?window=5m", 400, 'window is "5m", expected one of 15m, 1h, 4h, 12h, 24h'],
    ["btc.png?venue=okx", 400, "Unknown parameter venue; known are window"],
    ["btcc.png", 404, 'asset "btcc" is not known; did you mean BTC?'],
    ["btc", 404, "Nothing answers GET /v1/chart/btc"],
    ["btc.svg", 404, "Nothing answers GET /v1/chart/btc.svg"],
  ])("%s is a problem that names what is wrong", async (path, status, detail) => {
    const { charts, get } = scene();
    const answer = await get(path);
    expect([answer.statusCode, answer.json().detail]).toEqual([status, detail]);
    expect(charts.asked).toEqual([]);
  });

  test("takes ten at once from one address, then one a second", async () => {
    let nowMs = 0;
    const { get } = scene({ runtime: { ...nodeRuntime, monotonicMs: () => nowMs } });
    const statuses: number[] = [];
    for (let at = 0; at < 12; at += 1) statuses.push((await get("btc.png")).statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    const refused = await get("btc.png");
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "1"]);
    nowMs += 1_000;
    expect((await get("btc.png")).statusCode).toBe(200);
  });

  test("says when it cannot paint, and on a standby where to ask", async () => {
    const { charts, get } = scene();
    charts.canPaint = false;
    const late = await get("btc.png");
    expect([late.statusCode, late.headers["retry-after"]]).toEqual([503, "5"]);
    const standby = await scene({ queries: sampleQueries({ role: "standby" }) }).get("btc.png");
    expect(standby.statusCode).toBe(503);
    expect(standby.json().detail).toContain("/v1/totals answers here");
  });

  test("stands in OpenAPI as an image", () => {
    const paths = JSON.stringify(openApi().paths);
    expect(paths).toContain('"/v1/chart/{asset}.png":{"get":');
    expect(paths).toContain('"content":{"image/png":{}}');
  });
});
