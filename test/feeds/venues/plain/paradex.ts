import { type Anything, entryOf, isObject, isPositive, type PlainEntry } from "./entry.ts";

const OTHERS = ["FILL", "RPI", "UNWIND_TRANSFER", "TRANSFER", "SETTLE_MARKET", "BLOCK_TRADE"];

function trade(entry: Anything): PlainEntry | null {
  if (!isObject(entry)) return "refused";
  if (OTHERS.includes(entry.trade_type)) return null;
  if (entry.trade_type !== "LIQUIDATION") return "refused";
  if (!isPositive(entry.price) || !isPositive(entry.size)) return "refused";
  return entryOf({
    symbol: entry.market,
    positionSide: entry.side === "SELL" ? "long" : entry.side === "BUY" ? "short" : null,
    price: entry.price,
    size: entry.size,
    time: entry.created_at,
  });
}

export function paradex(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || typeof root.error === "string") return [];
  const trades = root.trade_type === undefined ? root.results : [root];
  if (!Array.isArray(trades)) return [];
  return trades.map(trade).filter((entry) => entry !== null);
}
