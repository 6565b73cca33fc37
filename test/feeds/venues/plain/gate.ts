import { type Anything, entryOf, isObject, type PlainEntry } from "./entry.ts";

const asText = (value: Anything) => (typeof value === "number" ? `${value}` : value);
const inMs = (time: Anything) =>
  typeof time === "number" && time < 1e12 ? Math.round(time * 1e6) / 1e3 : time;

export function gate(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.channel !== "futures.public_liquidates") return [];
  if (root.event !== "update" && root.event !== "all") return [];
  if (root.error !== undefined && root.error !== null) return [];
  return [root.result].flat(1).map((entry: Anything): PlainEntry => {
    if (!isObject(entry)) return "refused";
    const signed = asText(entry.size);
    // A row without a size has no side.
    if (typeof signed !== "string") return "refused";
    const isSell = /^-/.test(signed);
    return entryOf({
      symbol: entry.contract,
      positionSide: isSell ? "long" : "short",
      price: asText(entry.price ?? null),
      size: signed.replace(/^-/, ""),
      time: inMs(entry.time_ms ?? entry.time),
    });
  });
}
