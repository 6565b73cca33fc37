import { type Anything, entryOf, isName, isObject, isPositive, type PlainEntry } from "./entry.ts";

const orNull = (value: Anything) => value ?? null;
const isId = (value: Anything) =>
  typeof value === "number" ? Number.isSafeInteger(value) : isName(value);

function trade(market: string, entry: Anything): PlainEntry | null {
  if (!isObject(entry)) return "refused";
  if (entry.type === "trade" || entry.type === "market-settlement") return null;
  if (entry.type !== "liquidation" && entry.type !== "deleverage") return "refused";
  if (typeof entry.is_maker_ask !== "boolean" || !isId(entry.trade_id)) return "refused";
  if (orNull(entry.usd_amount) !== null && !isPositive(entry.usd_amount)) return "refused";
  return entryOf({
    symbol: market,
    positionSide: entry.is_maker_ask ? "short" : "long",
    price: orNull(entry.price),
    size: orNull(entry.size),
    time: entry.timestamp,
  });
}

export function lighter(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || !["subscribed/trade", "update/trade"].includes(root.type)) return [];
  if (typeof root.channel !== "string" || !/^trade:\d{1,6}$/.test(root.channel)) return [];
  const market = root.channel.slice("trade:".length);
  const lists = [orNull(root.liquidation_trades), orNull(root.trades)];
  return lists.flatMap((list): PlainEntry[] => {
    if (list === null) return [];
    if (!Array.isArray(list)) return ["refused"];
    return list.map((each) => trade(market, each)).filter((each) => each !== null);
  });
}
