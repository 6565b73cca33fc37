import { type Anything, entryOf, isObject, type PlainEntry } from "./entry.ts";

const asText = (value: Anything) => (typeof value === "number" ? `${value}` : value);
const SIDES = new Map<unknown, string>([
  ["Sell", "long"],
  ["Buy", "short"],
]);
/** Rows have no time of their own; any readable one lets the other fields be judged. */
const SOME_TIME = Date.UTC(2026, 0, 1);

/** One frame on a fresh connection: an update tells of nothing that is known. */
export function bitmex(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.table !== "liquidation" || !Array.isArray(root.data)) return [];
  if (!["partial", "insert", "update"].includes(root.action)) return [];
  const seen = new Map<
    string,
    { most: number; symbol: string; positionSide: string; price: string }
  >();
  return root.data.flatMap((entry: Anything): PlainEntry[] => {
    if (!isObject(entry)) return ["refused"];
    const { orderID: id, leavesQty: left } = entry;
    const isId = typeof id === "string" && /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(id);
    if (!isId) return ["refused"];
    const known = seen.get(id);
    if (known === undefined && root.action === "update") return [];
    const isWhole = Number.isSafeInteger(left) && left > 0;
    const price = asText(entry.price === undefined ? (known?.price ?? "none") : entry.price);
    const symbol = known?.symbol ?? entry.symbol;
    const positionSide = known?.positionSide ?? SIDES.get(entry.side) ?? null;
    if (known !== undefined && (left === undefined || left === 0)) {
      const judged = entryOf({
        symbol,
        positionSide,
        price: price ?? "none",
        size: "1",
        time: SOME_TIME,
      });
      return judged === "refused" ? ["refused"] : [];
    }
    const more = isWhole ? left - (known?.most ?? 0) : 0;
    const size = isWhole ? `${Math.max(more, 1)}` : "none";
    const read = entryOf({ symbol, positionSide, price: price ?? "none", size, time: SOME_TIME });
    if (read === "refused") return ["refused"];
    seen.set(id, {
      symbol,
      positionSide: positionSide ?? "",
      price,
      most: Math.max(left, known?.most ?? 0),
    });
    return more > 0 ? [{ ...read, occurredAtMs: null }] : [];
  });
}
