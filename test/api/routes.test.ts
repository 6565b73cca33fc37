import { describe, expect, test } from "vitest";
import { ROUTES } from "../../src/api/routes/index.ts";
import { LIMIT_DEFAULT } from "../../src/api/schemas.ts";
import { buildApi } from "../../src/api/server.ts";
import { LiqError } from "../../src/errors.ts";
import { ALERT_ID, asked } from "./answers.ts";
import { NOW_MS, sampleApi, sampleQueries } from "./samples.ts";

const app = buildApi(sampleApi());

async function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers });
}

/** The answer, checked by the schema that the documents show. */
async function answerOf(url: string, path: string) {
  const answer = await get(url);
  expect([url, answer.statusCode, answer.headers["content-type"]]).toEqual([
    url,
    200,
    "application/json; charset=utf-8",
  ]);
  const schema = ROUTES.find((route) => route.path === path && route.method === "GET")?.answer;
  expect(schema?.safeParse(answer.json()).error).toBe(undefined);
  return answer.json();
}

describe("GET /v1/totals", () => {
  test("gives money in USD, times in ISO 8601, and says what is missing", async () => {
    expect(await answerOf("/v1/totals", "/v1/totals")).toEqual({
      label: "SIMULATION",
      window: "24h",
      asset: null,
      venue: null,
      asOf: "2026-11-20T14:06:12.000Z",
      complete: false,
      darkVenues: ["okx"],
      samples: [],
      ...{ coveragePct: 43.2, partial: true, assumed: true },
      rows: 4,
      orders: 3,
      totalUsd: 742_000.1,
      longUsd: 681_000.05,
      shortUsd: 61_000.05,
      byAsset: [
        { asset: "BTC", orders: 3, totalUsd: 742_000.1, longUsd: 681_000.05, shortUsd: 61_000.05 },
      ],
      byVenue: [
        {
          venue: "bybit",
          orders: 3,
          totalUsd: 742_000.1,
          longUsd: 681_000.05,
          shortUsd: 61_000.05,
        },
      ],
    });
  });

  test("takes a window, an asset in any case and a venue", async () => {
    const answer = await answerOf("/v1/totals?window=15m&asset=btc&venue=bybit", "/v1/totals");
    expect(answer).toMatchObject({ window: "15m", asset: "BTC", venue: "bybit", byAsset: [] });
    expect(answer.byVenue).toEqual([]);
  });

  test("names the venues whose part is only a sample, as the windows do", async () => {
    const queries = { ...sampleQueries(), samples: () => ["okx"] as const };
    const sampled = buildApi(sampleApi({ queries }));
    const samplesOf = async (url: string) => (await sampled.inject(url)).json().samples;
    expect(await samplesOf("/v1/totals")).toEqual(["okx"]);
    expect(await samplesOf("/v1/totals?venue=okx")).toEqual(["okx"]);
    expect(await samplesOf("/v1/totals?venue=bybit")).toEqual([]);
    expect(await samplesOf("/v1/windows/btc")).toEqual(["okx"]);
    await sampled.close();
  });

  test("is not sent again while the figures are the same, whatever the second", async () => {
    let dayCents = 700_000_00;
    let nowMs = NOW_MS;
    const sample = sampleQueries({ dayCents: () => dayCents });
    const totals: typeof sample.totals = (query) => ({ ...sample.totals(query), asOfMs: nowMs });
    const live = buildApi(sampleApi({ queries: { ...sample, totals } }));
    const first = await live.inject("/v1/totals");
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    expect(first.headers["cache-control"]).toBe("no-cache");
    nowMs += 30_000;
    const again = async (tag: string) => {
      const answer = await live.inject({ url: "/v1/totals", headers: { "if-none-match": tag } });
      return [answer.statusCode, answer.body.length > 0];
    };
    expect(await again(etag)).toEqual([304, false]);
    expect(await again(`"x", ${etag.replace("W/", "")}`)).toEqual([304, false]);
    expect(await again("*")).toEqual([304, false]);
    expect(await again('W/"x"')).toEqual([200, true]);
    dayCents += 1;
    expect(await again(etag)).toEqual([200, true]);
  });
});

/** Printed with nine significant digits. */
const SLOWING = {
  ...{ ordersPerSecond: 0.333333333, usdPerSecond: 66.6, ordersPerSecond2: -0.01 },
  usdPerSecond2: -4.5,
};

describe("lists", () => {
  test("windows of an asset end when venues have caught up", async () => {
    const answer = await answerOf("/v1/windows/btc", "/v1/windows/{asset}");
    expect(answer.asset).toBe("BTC");
    expect(answer.windows).toEqual([
      {
        window: "10s",
        until: "2026-11-20T14:06:10.000Z",
        rows: 4,
        orders: 3,
        totalUsd: 742_000.1,
        longUsd: 681_000.05,
        shortUsd: 61_000.05,
        largestUsd: 500.05,
        ...{ coveragePct: 43.2, partial: true, assumed: true },
        liqVwap: 66_900.5,
        ...{ priceChangePct: null, priceSource: null },
        ...{ minPrice: 66_800, maxPrice: 67_001.5, volatility: 0.0012 },
        ...{ ...SLOWING, leadingVenue: "bybit", long: SLOWING },
        short: { ordersPerSecond: 0, usdPerSecond: 0, ordersPerSecond2: 0, usdPerSecond2: 0 },
        byVenue: [{ venue: "bybit", totalUsd: 742_000.1, orders: 3, ...SLOWING }],
      },
    ]);
    expect((await answerOf("/v1/windows/ETH", "/v1/windows/{asset}")).windows).toEqual([]);
  });

  test("liquidations pass every filter on, and money that is unknown stays unknown", async () => {
    const filters =
      "asset=eth&venue=okx&positionSide=short&minNotionalUsd=0.5&since=2026-11-20T10:00:00%2B02:00&limit=2&cursor=bmV4dA";
    const answer = await answerOf(`/v1/liquidations?${filters}`, "/v1/liquidations");
    expect(asked.liquidations).toEqual({
      asset: "ETH",
      venue: "okx",
      positionSide: "short",
      minNotionalCents: 50,
      sinceMs: Date.UTC(2026, 10, 20, 8),
      limit: 2,
      cursor: "bmV4dA",
    });
    expect(answer.next).toBe("bmV4dA");
    expect(answer.items[0]).toMatchObject({
      notionalUsd: 1_120_000.49,
      occurredAt: "2026-11-20T14:06:12.000Z",
    });
    expect(answer.items[1].notionalUsd).toBe(null);
    await answerOf("/v1/liquidations", "/v1/liquidations");
    expect(asked.liquidations?.limit).toBe(LIMIT_DEFAULT);
  });

  test("alerts are told or held back, with the reason", async () => {
    const told = await answerOf("/v1/alerts", "/v1/alerts");
    expect(told.items).toHaveLength(1);
    expect(told.items[0]).toMatchObject({ alertId: ALERT_ID, number: "A-4", reason: null });
    expect(told.running).toEqual([]);
    const held = await answerOf("/v1/alerts?suppressed=true&limit=1", "/v1/alerts");
    expect(held.items).toHaveLength(1);
    expect(held.running).toEqual([
      {
        ...{ since: "2026-11-20T14:04:42.000Z", reason: "mute", count: 3, rule: "majors" },
        ...{ scopeKey: "ETH", metric: "notionalUsd", window: "5m", severity: "HIGH" },
        value: 21_000_000.5,
      },
    ]);
    const next = await answerOf("/v1/alerts?suppressed=true&cursor=bmV4dA", "/v1/alerts");
    expect(next.running).toEqual([]);
    expect(held.items[0]).toMatchObject({
      decision: "suppressed",
      reason: "mute",
      until: "2026-11-20T14:06:12.000Z",
      count: 2,
      largestUsd: null,
    });
  });

  test("deliveries belong to an alert of the log", async () => {
    const path = "/v1/alerts/{id}/deliveries";
    const answer = await answerOf(`/v1/alerts/${ALERT_ID}/deliveries`, path);
    expect(answer.items).toMatchObject([
      { target: "discord", messageNumber: 1, state: "delivered", attempts: 2, lastReason: null },
    ]);
    expect(answer.items[0].log.map(Object.values)).toEqual([
      [1, "retry", "rate-limited: 429", 180, "2026-11-20T14:06:12.000Z", false],
      [2, "delivered", null, 95, "2026-11-20T14:06:13.250Z", false],
    ]);
    const unknown = await get("/v1/alerts/00112233445566ff/deliveries");
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().detail).toBe("id 00112233445566ff is not in the log");
  });

  test("incidents and venues say what they are", async () => {
    const incidents = await answerOf("/v1/incidents?limit=3", "/v1/incidents");
    expect(incidents.items[0]).toMatchObject({ number: "A-4", window: "10s", calmedAt: null });
    expect(incidents.items[0]).toMatchObject({ coveragePct: 43.2, partial: true, assumed: true });
    const venues = await answerOf("/v1/venues", "/v1/venues");
    expect(venues.items.map((item: { venue: string }) => item.venue)).toEqual(["bybit", "okx"]);
    expect(venues.items[0].gaps).toEqual([]);
    expect(venues.items[1]).toMatchObject({
      state: "down",
      completeness: "partial",
      completenessNote: "Not the total",
      sideRule: { rule: "posSide", sentence: "The position's side" },
      gaps: [
        {
          connection: "public/0",
          from: "2026-11-20T14:04:42.000Z",
          to: null,
          reason: "closed by the venue",
        },
      ],
    });
  });

  test("mutes are shown without who asked for them", async () => {
    const answer = await answerOf("/v1/mutes", "/v1/mutes");
    expect(answer.items).toEqual([
      {
        ...{ id: "PEPE", asset: "PEPE", venue: null, rule: null },
        until: "2026-11-20T14:07:12.000Z",
      },
    ]);
  });
});

describe("mistakes of whoever asks", () => {
  test.each([
    ["/v1/totals?window=7h", "window", 'window is "7h", expected one of 15m, 1h, 4h, 12h, 24h'],
    [
      "/v1/totals?windw=1h",
      "windw",
      "Unknown parameter windw; did you mean window?; known are window, asset, venue",
    ],
    ["/v1/totals?window=1h&window=4h", "window", "window is given more than once"],
    ["/v1/totals?asset=ETHH", "asset", 'asset "ETHH" is not known; did you mean ETH?'],
    ["/v1/totals?venue=gate", "venue", "venue gate is not listened to; listened to are bybit, okx"],
    ["/v1/liquidations?limit=0", "limit", "limit is 0, expected at least 1"],
    ["/v1/liquidations?limit=501", "limit", "limit is 501, expected at most 500"],
    ["/v1/liquidations?limit=ten", "limit", 'limit is "ten", expected a number'],
    [
      "/v1/liquidations?minNotionalUsd=-1",
      "minNotionalUsd",
      "minNotionalUsd is -1, expected at least 0",
    ],
    [
      "/v1/liquidations?since=yesterday",
      "since",
      'since is "yesterday", expected a time such as 2026-11-20T14:00:00Z',
    ],
    ["/v1/liquidations?cursor=bad", null, "Cursor bad is none that this list gave"],
    ["/v1/alerts?suppressed=maybe", "suppressed", 'suppressed is "maybe", expected true or false'],
    ["/v1/venues?x=1", "x", "Unknown parameter x; none is known here"],
    ["/v1/alerts/xyz/deliveries", "id", 'id is "xyz", expected 16 hexadecimal digits'],
  ])("%s is a problem that names %s", async (url, parameter, detail) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(answer.json()).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail,
      ...(parameter === null ? {} : { errors: [{ parameter, detail }] }),
    });
  });

  test("are told all at once", async () => {
    const answer = await get("/v1/liquidations?limit=0&positionSide=buy&sort=asc");
    const names = answer.json().errors.map((error: { parameter: string }) => error.parameter);
    expect(names.sort()).toEqual(["limit", "positionSide", "sort"]);
  });

  test("an unknown asset in the path is not found", async () => {
    const answer = await get("/v1/windows/PEPEE");
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toBe('asset "PEPEE" is not known; did you mean PEPE?');
  });
});

describe("a store that cannot answer", () => {
  test("is 503 with a time to come back, and says nothing of its inside", async () => {
    const failing = async () => {
      throw new LiqError("LIQ_STORE", "connect ECONNREFUSED 10.0.0.7:5432");
    };
    const queries = { ...sampleQueries(), alerts: failing };
    const answer = await buildApi(sampleApi({ queries })).inject("/v1/alerts");
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("5");
    expect(answer.body).not.toContain("10.0.0.7");
  });
});
