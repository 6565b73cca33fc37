import { type Anything, entryOf, isName, isObject, type PlainEntry } from "./entry.ts";

const OTHERS = ["fill", "termination", "block", "assignment"];
const asText = (value: Anything) => (typeof value === "number" ? String(value) : (value ?? null));

function trade(entry: Anything): PlainEntry | null {
  if (!isObject(entry)) return "refused";
  if (OTHERS.includes(entry.type)) return null;
  const isId = Number.isSafeInteger(entry.uid) || isName(entry.uid);
  if (entry.type !== "liquidation" || !isId) return "refused";
  return entryOf({
    symbol: entry.product_id,
    positionSide: entry.side === "sell" ? "long" : entry.side === "buy" ? "short" : null,
    price: asText(entry.price),
    size: asText(entry.qty),
    time: entry.time,
  });
}

export function krakenFutures(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.event !== undefined) return [];
  if (root.feed !== "trade" && root.feed !== "trade_snapshot") return [];
  const trades = root.feed === "trade" ? [root] : root.trades;
  if (!Array.isArray(trades)) return [];
  return trades.map(trade).filter((each) => each !== null);
}
