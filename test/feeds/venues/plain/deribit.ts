import { type Anything, entryOf, isName, isObject, type PlainEntry } from "./entry.ts";

const asText = (value: Anything) => (typeof value === "number" ? `${value}` : value);
const OTHER: Readonly<Record<string, string>> = { long: "short", short: "long" };

function entriesOf(trade: Anything): readonly PlainEntry[] {
  if (!isObject(trade)) return ["refused"];
  const { liquidation: letters, direction, instrument_name: symbol } = trade;
  if (letters === undefined || letters === null || letters === "none") return [];
  if (!["M", "T", "MT"].includes(letters)) return ["refused"];
  if (!["buy", "sell"].includes(direction)) return ["refused"];
  const taker = direction === "sell" ? "long" : "short";
  const maker = OTHER[taker] ?? null;
  const ends = letters === "T" ? [taker] : letters === "M" ? [maker] : [taker, maker];
  return ends.map((positionSide): PlainEntry => {
    const price = asText(trade.price) ?? "none";
    const size = asText(trade.amount) ?? "none";
    if (!isName(trade.trade_id)) return "refused";
    const entry = entryOf({ symbol, positionSide, price, size, time: trade.timestamp });
    const isOption = isName(symbol) && /-[CP]$/.test(symbol);
    return entry === "refused" || !isOption ? entry : { ...entry, price: null };
  });
}

export function deribit(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.method !== "subscription" || !isObject(root.params)) return [];
  const { channel, data } = root.params;
  if (typeof channel !== "string" || !channel.startsWith("trades.")) return [];
  return Array.isArray(data) ? data.flatMap(entriesOf) : [];
}
