/** Invented decisions in the shape of the models in `formats/messages.md`. */
import type { Decision, Snapshot } from "../../src/alert.ts";
import type { VenueNotes } from "../../src/render/subject.ts";

export const AT_MS = Date.UTC(2026, 10, 19, 14, 6, 12);

export const NOTES: VenueNotes = {
  binance: {
    title: "Binance",
    completeness: "sampled",
    completenessShort: "max 1 per symbol per second",
  },
  bybit: { title: "Bybit", completeness: "complete", completenessShort: "all" },
  okx: { title: "OKX", completeness: "partial", completenessShort: "not the total" },
};

export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    orders: 83,
    rows: 97,
    longCents: 681_000_000,
    shortCents: 61_000_000,
    largestCents: 112_000_000,
    largest: {
      venue: "bybit",
      asset: "BTC",
      positionSide: "long",
      notionalCents: 112_000_000,
      price: 66_930,
      priceKind: "bankruptcy",
      atMs: AT_MS - 30_000,
    },
    liqVwap: 67_060.2,
    priceChangePct: -0.807,
    priceFirst: 67_412,
    priceLast: 66_868,
    priceSource: "liquidations:bybit",
    byVenue: [
      { name: "bybit", notionalCents: 341_000_000, orders: 40 },
      { name: "binance", notionalCents: 275_000_000, orders: 28 },
      { name: "okx", notionalCents: 126_000_000, orders: 15 },
    ],
    byAsset: [{ name: "BTC", notionalCents: 742_000_000, orders: 83 }],
    ...over,
  };
}

export const MARKET_WINDOW: Partial<Snapshot> = {
  orders: 1_204,
  rows: 1_350,
  longCents: 17_170_000_000,
  shortCents: 1_290_000_000,
  largest: {
    venue: "okx",
    asset: "BTC",
    positionSide: "long",
    notionalCents: 980_000_000,
    price: null,
    priceKind: null,
    atMs: AT_MS,
  },
  largestCents: 980_000_000,
  liqVwap: null,
  priceChangePct: null,
  priceFirst: null,
  priceLast: null,
  priceSource: null,
  byAsset: [
    { name: "BTC", notionalCents: 7_180_000_000, orders: 400 },
    { name: "ETH", notionalCents: 4_800_000_000, orders: 300 },
    { name: "SOL", notionalCents: 1_660_000_000, orders: 200 },
    { name: "XRP", notionalCents: 920_000_000, orders: 100 },
    { name: "DOGE", notionalCents: 2_000_000_000, orders: 104 },
    { name: "kSHIB_X", notionalCents: 1_900_000_000, orders: 100 },
  ],
};

export function decision(over: Partial<Decision> = {}): Decision {
  return {
    alertId: "3f2a9c01d4e5b677",
    decision: "opened",
    rule: "majors",
    scope: "asset",
    scopeKey: "BTC",
    metric: "notionalUsd",
    windowMs: 300_000,
    severity: "MEDIUM",
    value: 7_420_000,
    atMs: AT_MS,
    incidentId: "9b1c",
    incidentStartMs: AT_MS - 180_000,
    telling: 1,
    window: snapshot(),
    coverage: {
      watched: ["binance", "bybit"],
      dark: [{ venue: "okx", sinceMs: AT_MS - 240_000 }],
    },
    suppression: null,
    ...over,
  };
}
