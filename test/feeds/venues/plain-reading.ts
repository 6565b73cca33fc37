/**
 * What each venue's frames say, read once more in the plainest way: JSON.parse, regular expressions,
 * no shared code with src. Used as the oracle of the mutation tests.
 */

/** A row that a decoder must accept, in the venue's own words. */
export interface PlainRow {
  readonly symbol: string;
  readonly positionSide: string;
  readonly price: string | null;
  readonly size: string | null;
  readonly occurredAtMs: number;
}

/** One entry of a frame: a row, or a refusal. */
export type PlainEntry = PlainRow | "refused";

/** Mutants have any shape; what JSON.parse gives is read as it comes. */
type Anything = ReturnType<typeof JSON.parse>;

const DECIMAL =
  /^(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}|\d{1,20}(?:\.\d{0,20})?[eE][+-]?(?:[0-3]?\d|40))$/;
const FIRST_TIME = Date.UTC(2017, 0, 1);

const isObject = (value: Anything) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isPositive = (value: Anything) =>
  typeof value === "string" && DECIMAL.test(value) && /[1-9]/.test(value.replace(/[eE].*/, ""));
const isZero = (value: Anything) =>
  typeof value === "string" && DECIMAL.test(value) && !/[1-9]/.test(value.replace(/[eE].*/, ""));
const isMoney = (value: Anything) => value === null || isPositive(value);
const isTime = (value: Anything) => value >= FIRST_TIME && value <= 8.64e15;
const isName = (value: Anything) =>
  typeof value === "string" &&
  /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,64}$/u.test(value) &&
  value.length <= 64;

function entryOf(row: {
  symbol: Anything;
  positionSide: string | null;
  price: Anything;
  size: Anything;
  time: Anything;
}): PlainEntry {
  const { symbol, positionSide, price, size, time } = row;
  const isRead = isName(symbol) && positionSide !== null && isMoney(price) && isMoney(size);
  if (!isRead || typeof time !== "number" || !isTime(time)) return "refused";
  return { symbol, positionSide, price, size, occurredAtMs: Math.floor(time) };
}

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

function binance(root: Anything): readonly PlainEntry[] {
  const isBare = isObject(root) && root.e !== undefined;
  const isWrapped = isObject(root) && !isBare && typeof root.stream === "string";
  const list = Array.isArray(root) ? root : isBare ? [root] : isWrapped ? [root.data].flat() : [];
  return list.map(binanceEvent).filter((entry) => entry !== null);
}

function bybit(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || typeof root.topic !== "string" || !Array.isArray(root.data)) return [];
  if (!root.topic.startsWith("allLiquidation.")) return [];
  return root.data.map((entry: Anything): PlainEntry => {
    if (!isObject(entry)) return "refused";
    const positionSide = entry.S === "Buy" ? "long" : entry.S === "Sell" ? "short" : null;
    const { s: symbol, T: time } = entry;
    return entryOf({ symbol, positionSide, price: entry.p ?? null, size: entry.v ?? null, time });
  });
}

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

function okx(root: Anything): readonly PlainEntry[] {
  if (!isObject(root) || root.event !== undefined || !isObject(root.arg)) return [];
  if (root.arg.channel !== "liquidation-orders" || !Array.isArray(root.data)) return [];
  return root.data.flatMap((entry: Anything): PlainEntry[] => {
    if (!isObject(entry) || !isName(entry.instId) || !Array.isArray(entry.details)) {
      return ["refused"];
    }
    return entry.details.map((detail: Anything) => okxDetail(entry.instId, detail));
  });
}

const READINGS: Readonly<Record<string, (root: Anything) => readonly PlainEntry[]>> = {
  binance,
  bybit,
  okx,
};

/** Every entry of a frame in order; null when the text is not JSON. */
export function plainReading(venue: string, text: string): readonly PlainEntry[] | null {
  let root: Anything;
  try {
    root = JSON.parse(text);
  } catch {
    return null;
  }
  return READINGS[venue]?.(root) ?? [];
}
