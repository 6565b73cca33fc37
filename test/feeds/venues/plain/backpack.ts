import { type Anything, entryOf, isName, isObject, type PlainEntry } from "./entry.ts";

const FIRST_TIME = Date.UTC(2017, 0, 1);
const inMs = (value: Anything) => (typeof value === "number" ? value / 1_000 : null);
const isGood = (ms: number | null) => ms !== null && ms >= FIRST_TIME && ms <= 8.64e15;

export function backpack(root: Anything): readonly PlainEntry[] {
  if (!isObject(root)) return [];
  const event = isObject(root.data) ? root.data : root;
  if (event.e !== "liquidation") return [];
  const { s: symbol, S } = event;
  if (!isName(symbol)) return ["refused"];
  const positionSide = S === "Ask" ? "long" : S === "Bid" ? "short" : null;
  const time = [inMs(event.T), inMs(event.E)].find(isGood) ?? null;
  const whole = symbol.endsWith("_PERP") ? symbol : `${symbol}_PERP`;
  const entry = entryOf({
    symbol,
    positionSide,
    price: event.p ?? null,
    size: event.q ?? null,
    time,
  });
  return [entry === "refused" ? entry : { ...entry, symbol: whole }];
}
