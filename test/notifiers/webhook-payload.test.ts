import { describe, expect, test } from "vitest";
import { ALERTS_MAX, webhookPayload } from "../../src/notifiers/webhook-payload.ts";
import { WebhookPayload } from "../../src/notifiers/webhook-schema.ts";
import { renderMessage } from "../../src/render/message.ts";
import { renderNotice } from "../../src/render/notice.ts";
import { AT_MS, decision, MARKET_WINDOW, NOTES, snapshot } from "../render/samples.ts";

const OPTIONS = {
  ...({ incidentNumber: 20_417, nowMs: AT_MS, silentBelow: "HIGH", label: null } as const),
  venueNotes: NOTES,
};
const IDENTITY = { key: "9b1c.hook.2", story: "9b1c" };

function payloadOf(...decisions: readonly ReturnType<typeof decision>[]) {
  return webhookPayload({ ...renderMessage(decisions, OPTIONS), ...IDENTITY });
}

describe("the payload of an alert", () => {
  test("has every figure of the decision, money exact to the cent", () => {
    const window = snapshot({ longCents: 681_000_001, shortCents: 60_999_909 });
    const payload = payloadOf(decision({ window }));
    expect(WebhookPayload.parse(payload)).toEqual(payload);
    expect(JSON.parse(JSON.stringify(payload))).toEqual({
      version: 1,
      type: "alert",
      deliveryId: "9b1c.hook.2",
      storyId: "9b1c",
      number: "A-20417",
      label: null,
      severity: "MEDIUM",
      title: "🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)",
      text: expect.stringMatching(/^🔴 BTC longs liquidated: .*\nForced selling\./),
      isSilent: true,
      coverage: expect.stringContaining("Not seen: OKX since 14:02"),
      at: "2026-11-19T14:06:12.000Z",
      alertIds: ["3f2a9c01d4e5b677"],
      alerts: [
        {
          alertId: "3f2a9c01d4e5b677",
          incidentId: "9b1c",
          incidentStart: "2026-11-19T14:03:12.000Z",
          decision: "opened",
          at: "2026-11-19T14:06:12.000Z",
          rule: "majors",
          scope: "asset",
          scopeKey: "BTC",
          asset: "BTC",
          positionSide: "long",
          venue: null,
          metric: "notionalUsd",
          window: "5m",
          severity: "MEDIUM",
          value: 7_420_000,
          orders: 83,
          rows: 97,
          totalUsd: 7_419_999.1,
          longUsd: 6_810_000.01,
          shortUsd: 609_999.09,
          largestUsd: 1_120_000,
          largest: {
            venue: "bybit",
            asset: "BTC",
            positionSide: "long",
            notionalUsd: 1_120_000,
            price: 66_930,
            priceKind: "bankruptcy",
            at: "2026-11-19T14:05:42.000Z",
          },
          liqVwap: 67_060.2,
          priceChangePct: -0.807,
          priceFirst: 67_412,
          priceLast: 66_868,
          priceSource: "liquidations:bybit",
          byVenue: [
            { venue: "bybit", totalUsd: 3_410_000, orders: 40 },
            { venue: "binance", totalUsd: 2_750_000, orders: 28 },
            { venue: "okx", totalUsd: 1_260_000, orders: 15 },
          ],
          byAsset: [{ asset: "BTC", totalUsd: 7_420_000, orders: 83 }],
          coverage: {
            coveragePct: null,
            partial: false,
            assumed: true,
            watchedVenues: ["binance", "bybit"],
            darkVenues: [{ venue: "okx", since: "2026-11-19T14:02:12.000Z" }],
            lateVenues: [],
          },
          reason: null,
        },
      ],
    });
  });

  test("tells scopes apart: side, venue and market", () => {
    const scopes = [
      decision({ scope: "asset+side", scopeKey: "BTC:short" }),
      decision({ scope: "asset+venue", scopeKey: "BTC@okx" }),
      decision({ scope: "market", scopeKey: "market", window: snapshot(MARKET_WINDOW) }),
    ];
    const payload = payloadOf(...scopes);
    expect(payload).toMatchObject({
      number: "M-20417",
      alerts: [
        { asset: "BTC", positionSide: "short", venue: null },
        { asset: "BTC", positionSide: "long", venue: "okx" },
        { asset: null, positionSide: "long", venue: null, liqVwap: null, byAsset: { length: 6 } },
      ],
    });
  });

  test("shows coverage, late venues and venues that were never seen", () => {
    const figure = { pct: 62.5, isAssumed: true, isFull: false, isBlind: false, missing: [] };
    const behind = [{ venue: "bitget", lagMs: 31_000 }] as const;
    const dark = [{ venue: "okx", sinceMs: null }] as const;
    const payload = payloadOf(decision({ coverage: { watched: ["bybit"], dark, behind, figure } }));
    expect(payload.type === "alert" ? payload.alerts[0]?.coverage : null).toEqual({
      ...{ coveragePct: 62.5, partial: true, assumed: true, watchedVenues: ["bybit"] },
      darkVenues: [{ venue: "okx", since: null }],
      lateVenues: [{ venue: "bitget", lagMs: 31_000 }],
    });
  });

  test("lists every alert of a storm and tells the newest in full", () => {
    const ids = Array.from({ length: ALERTS_MAX + 5 }, (_, at) =>
      at.toString(16).padStart(16, "0"),
    );
    const payload = payloadOf(...ids.map((alertId) => decision({ alertId })));
    if (payload.type !== "alert") throw new Error("Payload tells no alert");
    expect(payload.alertIds).toEqual(ids);
    expect(payload.alerts.map(({ alertId }) => alertId)).toEqual(ids.slice(5));
  });
});

test("a notice is a payload of its own", () => {
  const notice = {
    ...({ topic: "venue-down", subject: "bybit", title: "Bybit", isOver: false } as const),
    ...{ sinceMs: AT_MS - 300_000, atMs: AT_MS, reasons: ["HTTP 503"], untold: 0 },
  };
  const rendered = renderNotice(notice, { nowMs: AT_MS, label: "SIMULATION", silentBelow: "LOW" });
  const payload = webhookPayload({ ...rendered, ...IDENTITY });
  expect(WebhookPayload.parse(payload)).toEqual(payload);
  expect(payload).toMatchObject({
    ...{ version: 1, type: "notice", topic: "venue-down", subject: "bybit", isOver: false },
    ...{ label: "SIMULATION", since: "2026-11-19T14:01:12.000Z", reasons: ["HTTP 503"] },
  });
});
