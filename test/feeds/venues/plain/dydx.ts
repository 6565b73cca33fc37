import { type Anything, entryOf, isName, isObject, type PlainEntry } from "./entry.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const orNull = (value: Anything) => value ?? null;
const isId = (value: Anything) => Number.isSafeInteger(value) || isName(value);

function trade(market: string, isReplay: boolean, entry: Anything): PlainEntry | null {
  if (!isObject(entry)) return "refused";
  if (["LIMIT", "MARKET", "TWAP_SUBORDER"].includes(entry.type)) return null;
  if (isReplay && orNull(entry.type) === null) return null;
  if (entry.type !== "LIQUIDATED" && entry.type !== "DELEVERAGED") return "refused";
  const isIso = typeof entry.createdAt === "string" && ISO.test(entry.createdAt);
  if (!isId(entry.id) || !isIso) return "refused";
  return entryOf({
    symbol: market,
    positionSide: entry.side === "SELL" ? "long" : entry.side === "BUY" ? "short" : null,
    price: orNull(entry.price),
    size: orNull(entry.size),
    time: new Date(entry.createdAt).getTime(),
  });
}

export function dydx(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || !["subscribed", "channel_data"].includes(root.type)) return [];
  if (root.channel !== "v4_trades" || !isName(root.id)) return [];
  if (!isObject(root.contents) || !Array.isArray(root.contents.trades)) return [];
  const isReplay = root.type === "subscribed";
  return root.contents.trades
    .map((entry: Anything) => trade(root.id, isReplay, entry))
    .filter((entry: PlainEntry | null) => entry !== null);
}
