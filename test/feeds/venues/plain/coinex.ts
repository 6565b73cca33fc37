import { type Anything, entryOf, isObject, isPositive, type PlainEntry } from "./entry.ts";

function position(entry: Anything): PlainEntry {
  if (!isObject(entry)) return "refused";
  const price = entry.bkr_price ?? entry.brk_price;
  if (!isPositive(price) || !isPositive(entry.liq_amount)) return "refused";
  return entryOf({
    symbol: typeof entry.market === "string" ? entry.market.trim() : entry.market,
    positionSide: ["long", "short"].includes(entry.side) ? entry.side : null,
    price,
    size: entry.liq_amount,
    time: entry.created_at,
  });
}

export function coinex(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || !Array.isArray(root.data)) return [];
  if (typeof root.code === "number" && root.code !== 0) return [];
  return root.data.map(position);
}
