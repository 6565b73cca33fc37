/** Invented rows and batches. */
import type { CommitBatch, DeliveryDraft } from "../../src/alert.ts";
import type { Liquidation } from "../../src/liquidation.ts";
import { AT_MS } from "../render/samples.ts";

export function row(dedupeKey: string, over: Partial<Liquidation> = {}): Liquidation {
  return {
    venue: "bybit",
    symbol: "BTCUSDT",
    market: "BTC/USDT:USDT",
    asset: "BTC",
    positionSide: "long",
    kind: "liquidation",
    price: 67_050.5,
    priceKind: "bankruptcy",
    size: 0.1,
    notionalCents: 670_505,
    occurredAtMs: AT_MS,
    receivedAtMs: AT_MS + 40,
    orderKey: dedupeKey,
    history: false,
    dedupeKey,
    ...over,
  };
}

export function batch(over: Partial<CommitBatch> = {}): CommitBatch {
  const nothing = { liquidations: [], decisions: [], deliveries: [], stories: [] };
  return { ...nothing, scopes: [], gaps: [], engineNowMs: AT_MS, ...over };
}

export function rowsOf(...rows: readonly Liquidation[]): CommitBatch["liquidations"] {
  return rows.map((liquidation) => ({ row: liquidation, countsOrder: true }));
}

export function draft(
  alertIds: readonly string[],
  over: Partial<DeliveryDraft> = {},
): DeliveryDraft {
  const story = over.story ?? "9b1c";
  const target = over.target ?? "discord";
  const messageNumber = over.messageNumber ?? 1;
  const id = `${story}.${target}.${messageNumber}`;
  const place = { id, story, target, messageNumber, alertIds, atMs: AT_MS };
  return { ...place, kind: "alert", severity: "HIGH", dueAtMs: AT_MS, isExempt: false, ...over };
}
