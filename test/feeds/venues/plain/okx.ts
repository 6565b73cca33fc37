import { type Anything, entryOf, isName, isObject, type PlainEntry } from "./entry.ts";

const blankAsNull = (value: Anything) => (value === "" || value === undefined ? null : value);

function okxDetail(symbol: Anything, detail: Anything): PlainEntry {
  if (!isObject(detail)) return "refused";
  const side = blankAsNull(detail.side);
  const position = blankAsNull(detail.posSide);
  const bySide = side === "sell" ? "long" : side === "buy" ? "short" : null;
  const isKnown = position === null || ["long", "short", "net"].includes(position);
  const positionSide = position === null || position === "net" ? bySide : position;
  if (!isKnown || (side !== null && bySide === null)) return "refused";
  if (bySide !== null && bySide !== positionSide) return "refused";
  const isDigits = typeof detail.ts === "string" && /^\d[\d]*(?:\.\d*)?$/.test(detail.ts);
  return entryOf({
    symbol,
    positionSide,
    price: blankAsNull(detail.bkPx),
    size: blankAsNull(detail.sz),
    time: isDigits && detail.ts.length <= 32 ? Number(detail.ts) : null,
  });
}

export function okx(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.event !== undefined || !isObject(root.arg)) return [];
  if (root.arg.channel !== "liquidation-orders" || !Array.isArray(root.data)) return [];
  return root.data.flatMap((entry: Anything): PlainEntry[] => {
    if (!isObject(entry) || !isName(entry.instId) || !Array.isArray(entry.details)) {
      return ["refused"];
    }
    return entry.details.map((detail: Anything) => okxDetail(entry.instId, detail));
  });
}
