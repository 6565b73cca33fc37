import { type Anything, entryOf, isObject, type PlainEntry } from "./entry.ts";

export function bybit(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || typeof root.topic !== "string" || !Array.isArray(root.data)) return [];
  if (!root.topic.startsWith("allLiquidation.")) return [];
  return root.data.map((entry: Anything): PlainEntry => {
    if (!isObject(entry)) return "refused";
    const positionSide = entry.S === "Buy" ? "long" : entry.S === "Sell" ? "short" : null;
    const { s: symbol, T: time } = entry;
    return entryOf({ symbol, positionSide, price: entry.p ?? null, size: entry.v ?? null, time });
  });
}
