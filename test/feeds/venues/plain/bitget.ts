import { type Anything, entryOf, isObject, type PlainEntry } from "./entry.ts";

export function bitget(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.event !== undefined || !isObject(root.arg)) return [];
  if (root.arg.topic !== "liquidation" || !Array.isArray(root.data)) return [];
  if (!["update", "snapshot"].includes(root.action)) return [];
  return root.data.map((entry: Anything): PlainEntry => {
    if (!isObject(entry)) return "refused";
    const { symbol, side, price = null, amount = null, ts } = entry;
    const isDigits = typeof ts === "string" && /^\d+(?:\.\d*)?$/.test(ts) && ts.length <= 32;
    return entryOf({
      symbol,
      positionSide: side === "buy" ? "long" : side === "sell" ? "short" : null,
      price,
      size: amount,
      time: isDigits ? Number(ts) : null,
    });
  });
}
