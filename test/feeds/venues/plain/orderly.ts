import { type Anything, entryOf, isObject, isPositive, isZero, type PlainEntry } from "./entry.ts";

const text = (value: Anything) => (typeof value === "number" ? String(value) : value);
const bare = (value: Anything) => (typeof value === "string" ? value.replace(/^-/, "") : value);
const orNull = (value: Anything) => value ?? null;

function sideOf(position: Anything, quantity: Anything): string | null {
  if (orNull(position.side) === null) return String(quantity).startsWith("-") ? "short" : "long";
  return position.side === "LONG" ? "long" : position.side === "SHORT" ? "short" : null;
}

function position(entry: Anything, one: Anything): PlainEntry | null {
  if (!isObject(one)) return "refused";
  const quantity = text(one.position_qty ?? one.positionQty);
  if (isZero(quantity)) return null;
  if (!isPositive(bare(quantity))) return "refused";
  return entryOf({
    symbol: one.symbol,
    positionSide: sideOf(one, quantity),
    price: text(orNull(one.transfer_price ?? one.mark_price)),
    size: bare(quantity),
    time: entry.timestamp,
  });
}

function liquidation(entry: Anything): readonly (PlainEntry | null)[] {
  if (!isObject(entry)) return ["refused"];
  if (entry.type === "claim") return [];
  if (orNull(entry.type) !== null && entry.type !== "liquidated") return ["refused"];
  const positions = entry.positions_by_perp ?? entry.positionsByPerp ?? [entry];
  if (!Array.isArray(positions)) return ["refused"];
  return positions.map((one) => position(entry, one));
}

export function orderly(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.event !== undefined || root.success === false) return [];
  const rows = root.topic === "liquidation" ? root.data : root.data?.rows;
  if (!Array.isArray(rows) || (root.topic !== "liquidation" && !isObject(root.data))) return [];
  return rows.flatMap(liquidation).filter((entry) => entry !== null);
}
