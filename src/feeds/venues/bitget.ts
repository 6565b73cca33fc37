/**
 * Bitget futures over the v3 socket (unified account; classic accounts are in it too), one
 * subscription per product line. The classic v2 socket has no public liquidations.
 * https://www.bitget.com/api-doc/uta/websocket/public/Liquidation-Channel
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  IGNORED,
  isAbsent,
  isFields,
  isPositiveDecimal,
  isSymbol,
  parseJson,
  refusedFrame,
  rejectOf,
  rowOf,
  saidText,
  take,
  timeOfDigits,
  timeOfNumber,
} from "../fields.ts";
import { deliverySuffix, readListing, splitMultiplier } from "../listing.ts";
import type { Decoded, Instrument, InstrumentSource, Reject, Row, Venue } from "../venue.ts";

const TOPIC = "liquidation";
const COIN_FUTURES = "coin-futures";
const PRODUCTS = ["usdt-futures", COIN_FUTURES, "usdc-futures"] as const;

/** Public topics that carry no liquidations. */
const OTHER_TOPIC = /^(?:ticker|kline|books\d*|publicTrade|trade|rpi-.*|adl-.*)$/;

function decode(text: string): Decoded {
  if (text === "pong" || text === "ping") return controlFrame({ type: "heartbeat", reply: null });
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  if (root.event !== undefined) return decodeAnswer(root);
  const arg = root.arg;
  if (isFields(arg)) {
    if (arg.topic === TOPIC) return decodePush(root, arg);
    const isKnown = typeof arg.topic === "string" && OTHER_TOPIC.test(arg.topic);
    return isKnown ? IGNORED : refusedFrame("unknown-kind", "arg.topic", arg.topic);
  }
  const isRest = arg === undefined && typeof root.code === "string" && root.data !== undefined;
  return isRest ? IGNORED : refusedFrame("shape", "frame", root);
}

function decodePush(root: Fields, arg: Fields): Decoded {
  const { action, data } = root;
  if (action !== "update" && action !== "snapshot") {
    return refusedFrame("unknown-kind", "action", action);
  }
  if (!Array.isArray(data)) return refusedFrame("shape", "data", data);
  const known = {
    isInverse: isProduct(arg.instType) ? arg.instType === COIN_FUTURES : null,
    // The first frame may repeat what happened before; tardis reads updates alone.
    history: action === "snapshot",
  };
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of data) {
    take(draft, isFields(entry) ? readEntry(entry, known) : rejectOf("shape", "data[]", entry));
  }
  const pushedAtMs = timeOfNumber(root.ts) ?? timeOfDigits(root.ts);
  return { rows: draft.rows, control: null, rejects: draft.rejects, pushedAtMs };
}

function readEntry(entry: Fields, known: Pick<Row, "isInverse" | "history">): Row | Reject {
  const symbol = entry.symbol;
  if (!isSymbol(symbol)) return rejectOf("shape", "symbol", symbol);
  const positionSide = entry.side === "buy" ? "long" : entry.side === "sell" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "side", entry.side);
  const price = isAbsent(entry.price) ? null : entry.price;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", price);
  // Money, not coins: in the captures amount / price is a whole number of steps, amount is not.
  const size = isAbsent(entry.amount) ? null : entry.amount;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "amount", size);
  const occurredAtMs = timeOfDigits(entry.ts);
  if (occurredAtMs === null) return rejectOf("time", "ts", entry.ts);
  // What kind of price it is, is not said; one of the captures has twelve decimals, so it is computed.
  return rowOf({
    symbol,
    positionSide,
    price,
    priceKind: "bankruptcy",
    size,
    occurredAtMs,
    ...known,
  });
}

/** Requests carry no id: answers name the product line instead. */
function decodeAnswer(root: Fields): Decoded {
  const { event, arg } = root;
  const topics = isFields(arg) && isSymbol(arg.instType) ? [arg.instType] : null;
  if (event === "subscribe" || event === "unsubscribe") {
    return controlFrame({ type: "ack", topics, id: null });
  }
  if (event === "login") return IGNORED;
  if (event !== "error") return refusedFrame("unknown-kind", "event", event);
  const reason = `${saidText(root.msg)} (${saidText(root.code)})`;
  return controlFrame({ type: "refused", topics, id: null, reason });
}

function isProduct(instType: unknown): boolean {
  return PRODUCTS.some((product) => product === instType);
}

function instrumentSource(product: (typeof PRODUCTS)[number]): InstrumentSource {
  return {
    path: `/api/v3/market/instruments?category=${product.toUpperCase()}`,
    parse: (page) =>
      readListing(isFields(page) ? page.data : page, (entry) =>
        instrumentOf(entry, product === COIN_FUTURES),
      ),
  };
}

/** Linear contracts are margined in their quote coin, inverse ones in their base coin. */
function instrumentOf(entry: Fields, isInverse: boolean): Instrument | null {
  const { symbol, baseCoin: base, quoteCoin: quote } = entry;
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote)) return null;
  const deliveryMs = timeOfDigits(entry.deliveryTime);
  const suffix = deliveryMs === null ? "" : deliverySuffix(deliveryMs);
  const market = `${base}/${quote}:${isInverse ? base : quote}${suffix}`;
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize: null };
}

export const bitget: Venue<null> = {
  id: "bitget",
  title: "Bitget",
  restUrl: "https://api.bitget.com",
  channels: [
    {
      name: "public",
      url: "wss://ws.bitget.com/v3/ws/public",
      headers: {},
      topics: () => PRODUCTS,
      topicsPerConnectionMax: 10,
    },
  ],
  // "amount: Unit: quote coin"; for coin-futures no capture shows whether that holds.
  sizeUnit: { linear: "quote", inverse: "unknown" },
  // Older docs: everything, every 20 s or 10,000 rows. A capture of April 2026 came 10 to 20 s late.
  completeness: "sampled",
  completenessNote:
    "Bitget publishes the largest liquidation per symbol, side and second (older docs: all, up to 20 s late; which holds is not confirmed); coin-margined rows have no money, because their unit is not documented.",
  completenessShort: "max 1 per symbol, side and second",
  maxLagMs: 25_000,
  sideRule: {
    rule: "`side` is the side of the position: buy = long liquidated, sell = short liquidated",
    sentence: "Position side: buy Long position liquidation, sell Short position liquidation",
    link: "https://www.bitget.com/api-doc/uta/websocket/public/Liquidation-Channel",
  },
  sizeRule:
    "Linear: `amount` is the money in quote currency; coins = `amount` / `price`. Coin-margined: unit not documented, no money.",
  identity: "no id: symbol, side, time, price and amount tell events apart",
  replay: "`snapshot` messages are history",
  confidence: "medium",
  unconfirmed: "today's pace of pushes, the unit of coin-margined amounts",
  checkedOn: "2026-11-20",
  // "ping" every 30 s; who does not ping for 2 minutes is cut, however much is sent to him.
  heartbeat: { everyMs: 25_000, payload: "ping", isUnconditional: true },
  silenceMsMax: 55_000,
  needles: [],
  // A fifth of 300 connections in 5 minutes and of 10 messages a second; cut after 24 h.
  limits: {
    connectsPer5Min: 60,
    sendsPerSecond: 2,
    frameBytesMax: 4_194_304,
    connectionLifeMs: 86_400_000,
  },
  instruments: PRODUCTS.map(instrumentSource),
  // One frame per topic, so that an answer without an id belongs to exactly one of them.
  request: (op, topics, firstId) =>
    topics.map((instType, index) => {
      const args = [{ instType, topic: TOPIC }];
      const id = String(firstId + index);
      return { id, topics: [instType], text: JSON.stringify({ op, args }) };
    }),
  start: () => null,
  decode,
};
