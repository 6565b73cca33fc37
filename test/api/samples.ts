/** A small daemon's answers, made to be asserted: round figures, one feed in each condition. */
import type { DaemonRole, Inboxes, Queries, Totals } from "../../src/queries.ts";

export const NOW_MS = Date.UTC(2026, 10, 20, 14, 6, 12);

const totals = (totalCents: number): Totals => ({
  orders: 3,
  totalCents,
  longCents: totalCents - 61_000_05,
  shortCents: 61_000_05,
});

export interface SampleOptions {
  readonly role?: DaemonRole;
  /** Read again at every question, so that a test can change it. */
  readonly dayCents?: () => number;
}

export function sampleQueries({
  role = "deciding",
  dayCents = () => 742_000_10,
}: SampleOptions = {}): Queries {
  const feed = {
    sinceMs: NOW_MS - 60_000,
    reason: null,
    lastRowAtMs: NOW_MS - 4_000,
    lagMs: 400,
    rows: 12,
    dayCents: 112_500_00,
    shows: "all",
    reconnects: 0,
  };
  const down = { condition: "down" as const, reason: "closed by the venue", reconnects: 1 };
  return {
    label: "SIMULATION",
    status: () => ({
      role,
      startedAtMs: NOW_MS - 65_000,
      engineNowMs: NOW_MS,
      store: "embedded",
      durability: "Survives a crash of the process, not a loss of power",
      clockWarning: null,
    }),
    feeds: () => [
      { ...feed, venue: "bybit", title: "Bybit", condition: "subscribed" },
      { ...feed, venue: "okx", title: "OKX", ...down, lastRowAtMs: null, lagMs: null },
    ],
    dayTotals: () => ({
      hour1: totals(dayCents()),
      hour4: totals(dayCents()),
      hour12: totals(dayCents()),
      hour24: totals(dayCents()),
      byAsset: Array.from({ length: 30 }, (_, index) => ({
        name: `A${index}`,
        ...totals(dayCents()),
      })),
      byVenue: [{ name: "bybit", ...totals(dayCents()) }],
      watchedSinceMs: null,
    }),
    recentLiquidations: (limit) =>
      Array.from({ length: limit }, (_, index) => ({
        key: `key-${index}`,
        venue: "bybit",
        symbol: "BTCUSDT",
        asset: "BTC",
        positionSide: "long",
        kind: "liquidation",
        price: 66_930.5,
        priceKind: "bankruptcy",
        notionalCents: index === 1 ? null : 1_120_000_49,
        occurredAtMs: NOW_MS - index * 1_000,
      })),
    incidents: () => [
      {
        incidentId: "incident-1",
        number: "A-4",
        rule: "majors",
        scopeKey: "BTC",
        windowMs: 10_000,
        severity: "HIGH",
        value: 7_420_000.1,
        isMoney: true,
        longCents: 681_000_05,
        shortCents: 61_000_05,
        startedAtMs: NOW_MS - 20_000,
        calmedAtMs: null,
      },
    ],
    summary: () => ({
      frames: 5,
      liquidations: 4,
      duplicates: 3,
      quarantined: 2,
      rejected: 1,
      alerts: { opened: 1, escalated: 0, reopened: 0, suppressed: 0, resolved: 0 },
      deliveries: { delivered: 2, edited: 0, retried: 0, parked: 0, pending: 1, byNotifier: {} },
      errors: 0,
    }),
  };
}

export const SAMPLE_INBOXES: Inboxes = {
  discord: () => [
    {
      id: "d1",
      atMs: NOW_MS,
      editedAtMs: null,
      username: null,
      content: "",
      embeds: [
        {
          title: "SIMULATION BTC longs liquidated",
          description: "Forced selling",
          color: 0x80848e,
          fields: [{ name: "Longs", value: "$6.81M", isInline: true }],
          footer: "#A-4",
          timestampMs: NOW_MS,
        },
      ],
      isSilent: false,
    },
  ],
  telegram: () => [
    { id: "t1", atMs: NOW_MS, editedAtMs: NOW_MS + 1_000, html: "<b>BTC</b>", isSilent: true },
  ],
};
