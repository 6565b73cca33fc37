/** A window with the price change of its asset, where a venue's mark price tells it (SPEC 3). Pure. */
import type { Snapshot } from "../alert.ts";
import type { ReferenceBook } from "./reference-book.ts";

export interface PricedSpan {
  /** null for the market, which has no price. */
  readonly asset: string | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Without such a price the change between liquidations stands. */
export function priced(
  snapshot: Snapshot,
  references: ReferenceBook,
  { asset, fromMs, toMs }: PricedSpan,
): Snapshot {
  const change = asset === null ? null : references.change(asset, fromMs, toMs);
  if (change === null) return snapshot;
  return {
    ...snapshot,
    priceChangePct: change.pct,
    priceFirst: change.first,
    priceLast: change.last,
    priceSource: change.source,
  };
}
