import { type Anything, entryOf, type PlainEntry } from "./entry.ts";

function positionOf(entry: Anything): readonly PlainEntry[] {
  if (!Array.isArray(entry) || entry[0] !== "pos") return ["refused"];
  const [, id, time, , symbol, amount, , , isMatch, , , sold] = entry;
  if (isMatch === 1) return [];
  if (isMatch !== 0 || !Number.isSafeInteger(id)) return ["refused"];
  if (typeof amount !== "number" || amount === 0) return ["refused"];
  const positionSide = amount > 0 ? "long" : "short";
  const price = typeof sold === "number" ? `${sold}` : (sold ?? null);
  return [entryOf({ symbol, positionSide, price, size: `${Math.abs(amount)}`, time })];
}

export function bitfinex(root: Anything): readonly PlainEntry[] {
  if (!Array.isArray(root) || typeof root[0] !== "number" || !Array.isArray(root[1])) return [];
  const body: Anything[] = root[1];
  // The status of a derivative is one flat list that begins with a time.
  if (typeof body[0] === "number" && !body.some((value) => Array.isArray(value))) return [];
  return body.flatMap(positionOf);
}
