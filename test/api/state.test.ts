import { describe, expect, test } from "vitest";
import { buildApi } from "../../src/api/server.ts";
import { LIQUIDATIONS_MAX, PARTS_MAX, pageState } from "../../src/api/state.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { SAMPLE_INBOXES, sampleApi, sampleQueries } from "./samples.ts";

const state = JSON.parse(JSON.stringify(pageState(sampleQueries(), SAMPLE_INBOXES)));

describe("the page's state", () => {
  test("gives money in USD and times in ISO 8601 UTC", () => {
    expect(state.totals.hour24).toEqual({
      orders: 3,
      totalUsd: 742_000.1,
      longUsd: 681_000.05,
      shortUsd: 61_000.05,
    });
    expect(state.status.startedAt).toBe("2026-11-20T14:05:07.000Z");
    expect(state.liquidations[0]).toEqual({
      key: "key-0",
      venue: "bybit",
      symbol: "BTCUSDT",
      asset: "BTC",
      positionSide: "long",
      kind: "liquidation",
      price: 66_930.5,
      priceKind: "bankruptcy",
      notionalUsd: 1_120_000.49,
      occurredAt: "2026-11-20T14:06:12.000Z",
    });
  });

  test("keeps money unknown where it is unknown", () => {
    expect(state.liquidations[1].notionalUsd).toBe(null);
  });

  test("tells a feed that is down, why, and one that never had a row", () => {
    expect(state.feeds[1]).toEqual({
      venue: "okx",
      title: "OKX",
      condition: "down",
      reason: "closed by the venue",
      lagMs: null,
      rows: 12,
      shows: "all",
      reconnects: 1,
      unreadableSince: null,
      unsteadySince: null,
      suspectSince: null,
      since: "2026-11-20T14:05:12.000Z",
      lastRowAt: null,
      dayUsd: 112_500,
    });
  });

  test("names the venues whose part of the totals is only a sample", () => {
    const queries = { ...sampleQueries(), samples: () => ["hyperliquid"] as const };
    expect(pageState(queries, null).totals).toMatchObject({ samples: ["hyperliquid"] });
  });

  test("is bounded, and says how many assets there are in all", () => {
    expect(state.liquidations).toHaveLength(LIQUIDATIONS_MAX);
    expect(state.totals.byAsset).toHaveLength(PARTS_MAX);
    expect(state.totals.assets).toBe(30);
  });

  test("carries label, incidents and both inboxes", () => {
    expect(state.label).toBe("SIMULATION");
    expect(state.incidents[0]).toMatchObject({
      number: "A-4",
      calmedAt: null,
      longUsd: 681_000.05,
    });
    expect(state.inboxes.discord[0].embeds[0].timestamp).toBe("2026-11-20T14:06:12.000Z");
    expect(state.inboxes.telegram[0]).toEqual({
      id: "-100/1",
      html: "<b>BTC</b>",
      picture: {
        url: `/demo/pictures/telegram/-100%2F1?at=${Date.UTC(2026, 10, 20, 14, 6, 13)}`,
        ...{ alt: "A chart", width: 1, height: 1 },
      },
      isSilent: true,
      at: "2026-11-20T14:06:12.000Z",
      editedAt: "2026-11-20T14:06:13.000Z",
    });
  });

  test("has no inboxes for real targets", () => {
    expect(pageState(sampleQueries(), null).inboxes).toBe(null);
  });

  test("is answered as JSON with the daemon's time", async () => {
    const runtime = { ...nodeRuntime, nowMs: () => Date.UTC(2026, 0, 2) };
    const app = buildApi(sampleApi({ runtime }));
    const answer = await app.inject("/v1/state");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.json().at).toBe("2026-01-02T00:00:00.000Z");
    expect(answer.json().totals.hour24.totalUsd).toBe(742_000.1);
  });
});
