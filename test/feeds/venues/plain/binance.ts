import { type Anything, entryOf, isObject, isZero, type PlainEntry } from "./entry.ts";

function binanceEvent(event: Anything): PlainEntry | null {
  if (!isObject(event)) return "refused";
  if (event.e !== "forceOrder") {
    const isRest = ["symbol", "symbols", "serverTime", "rateLimits"].some((key) => key in event);
    return typeof event.e !== "string" && isRest ? null : "refused";
  }
  const order = event.o;
  if (!isObject(order)) return "refused";
  const sides = new Map<unknown, string>([
    ["SELL", "long"],
    ["BUY", "short"],
  ]);
  const hasAverage = order.ap !== undefined && order.ap !== null && !isZero(order.ap);
  return entryOf({
    symbol: order.s,
    positionSide: sides.get(order.S) ?? null,
    price: hasAverage ? order.ap : (order.p ?? order.ap ?? null),
    size: order.z ?? order.q ?? null,
    time: order.T,
  });
}

export function binance(root: Anything): readonly PlainEntry[] {
  const isBare = isObject(root) && root.e !== undefined;
  const isWrapped = isObject(root) && !isBare && typeof root.stream === "string";
  const list = Array.isArray(root) ? root : isBare ? [root] : isWrapped ? [root.data].flat() : [];
  return list.map(binanceEvent).filter((entry) => entry !== null);
}
