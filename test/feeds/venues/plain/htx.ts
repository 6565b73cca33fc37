import { type Anything, entryOf, isObject, isPositive, type PlainEntry } from "./entry.ts";

const asText = (value: Anything) => (typeof value === "number" ? `${value}` : value);
const isDigits = (value: Anything) =>
  typeof value === "string" && value.length <= 32 && /^\d+(?:\.\d*)?$/.test(value);

function htxEntry(entry: Anything): PlainEntry {
  if (!isObject(entry)) return "refused";
  const { contract_code: symbol, direction, offset, created_at: time } = entry;
  const sides = new Map<unknown, string>([
    ["sell", "long"],
    ["buy", "short"],
  ]);
  if (offset === "open" || typeof symbol !== "string") return "refused";
  const turnover = asText(entry.trade_turnover ?? null);
  const isCoin = /^[^-]*(?:-USD(?:-.*)?)?$/.test(symbol);
  if (!isCoin && turnover !== null && !isPositive(turnover)) return "refused";
  return entryOf({
    symbol,
    positionSide: sides.get(direction) ?? null,
    price: asText(entry.price ?? null),
    size: asText((isCoin ? entry.volume : entry.amount) ?? null),
    time: isDigits(time) ? Number(time) : time,
  });
}

export function htx(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.op !== "notify" || !Array.isArray(root.data)) return [];
  if (typeof root.topic !== "string") return [];
  if (!/^public\..+\.liquidation_orders$/.test(root.topic)) return [];
  return root.data.map(htxEntry);
}
