/**
 * Kraken Futures: one trade feed for a list of products, in which a trade says whether somebody was
 * liquidated. Trades are numbered per product (`seq`); holes cannot be told, because trades that are
 * no liquidation are dropped unread.
 * https://docs.kraken.com/exchange/api-reference/futures-websocket/trade
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  decimalText,
  IGNORED,
  idText,
  isFields,
  isPositiveDecimal,
  isSymbol,
  parseJson,
  refusedFrame,
  rejectOf,
  saidText,
  take,
  timeOfIso,
  timeOfNumber,
} from "../fields.ts";
import { deliverySuffix, readListing, splitMultiplier } from "../listing.ts";
import type { Decoded, Instrument, Reject, Row, Venue } from "../venue.ts";

/**
 * Trades that liquidate nobody. A termination or an assignment hands a position over outside the
 * book; whose it was, the trade does not say.
 */
const OTHER_TYPES: ReadonlySet<unknown> = new Set(["fill", "termination", "block", "assignment"]);

const OTHER_FEED = /^(?:ticker|ticker_lite|book|book_snapshot)$/;

const PRODUCTS_PER_FRAME_MAX = 50;

/** Seen: "Couldn't subscribe to invalid product `NOT_REAL`". */
const NAMED_PRODUCT = /`([^`]+)`/;

/** Kraken's own names of two coins; newer listings write BTC. */
const COIN_OF: ReadonlyMap<string, string> = new Map([
  ["XBT", "BTC"],
  ["XDG", "DOGE"],
]);

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { feed, event } = root;
  if (event !== undefined) return decodeEvent(root);
  if (feed === "trade") return decodeTrades([root], false);
  if (feed === "trade_snapshot") return decodeTrades(root.trades, true);
  if (feed === "heartbeat") return controlFrame({ type: "heartbeat", reply: null });
  if (typeof feed === "string" && OTHER_FEED.test(feed)) return IGNORED;
  if (feed === undefined && root.result === "success") return IGNORED;
  return refusedFrame(typeof feed === "string" ? "unknown-kind" : "shape", "feed", feed);
}

function decodeTrades(trades: unknown, isSnapshot: boolean): Decoded {
  if (!Array.isArray(trades)) return refusedFrame("shape", "trades", trades);
  const draft: Draft = { rows: [], rejects: [] };
  for (const trade of trades) {
    if (!isFields(trade)) draft.rejects.push(rejectOf("shape", "trades[]", trade));
    else if (trade.type === "liquidation") take(draft, rowOf(trade, isSnapshot));
    else if (!OTHER_TYPES.has(trade.type)) {
      draft.rejects.push(rejectOf("unknown-kind", "type", trade.type));
    }
  }
  return { rows: draft.rows, rejects: draft.rejects, control: null, pushedAtMs: null };
}

function rowOf(trade: Fields, history: boolean): Row | Reject {
  const symbol = trade.product_id;
  if (!isSymbol(symbol)) return rejectOf("shape", "product_id", symbol);
  const positionSide = trade.side === "sell" ? "long" : trade.side === "buy" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "side", trade.side);
  const id = idText(trade.uid);
  if (id === null) return rejectOf("shape", "uid", trade.uid);
  const price = decimalText(trade.price ?? null);
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", price);
  const size = decimalText(trade.qty ?? null);
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "qty", size);
  const occurredAtMs = timeOfNumber(trade.time);
  if (occurredAtMs === null) return rejectOf("time", "time", trade.time);
  return {
    symbol,
    positionSide,
    price,
    size,
    occurredAtMs,
    id,
    history,
    kind: "liquidation",
    priceKind: "fill",
    quoteAmount: null,
    isInverse: null,
    // Fills name no order: those of one product, side and millisecond are taken for one.
    orderKey: `${symbol}:${positionSide}:${occurredAtMs}`,
  };
}

/** The documentation's acknowledgement reads "subscribed " with a space behind. */
function decodeEvent(root: Fields): Decoded {
  const event = saidText(root.event).trim();
  const listed = root.product_ids;
  const topics = Array.isArray(listed) && listed.every(isSymbol) ? listed : null;
  switch (event) {
    case "subscribed":
    case "unsubscribed":
      if (topics === null) return refusedFrame("shape", "product_ids", listed);
      return controlFrame({ type: "ack", topics, id: null });
    case "subscribed_failed":
    case "unsubscribed_failed":
      return controlFrame({ type: "refused", topics, id: null, reason: event });
    case "alert":
    case "error": {
      const reason = saidText(root.message);
      const named = NAMED_PRODUCT.exec(reason)?.[1];
      return controlFrame({ type: "refused", topics: named ? [named] : null, id: null, reason });
    }
    case "info":
      return IGNORED;
    default:
      return refusedFrame("unknown-kind", "event", root.event);
  }
}

/** Besides futures the list has had indices; a contract that cannot be traded has no liquidations. */
function parseInstruments(page: unknown) {
  const listed = isFields(page) ? page.instruments : page;
  const isFuture = (entry: unknown) =>
    !isFields(entry) || (/futures/.test(saidText(entry.type)) && entry.tradeable !== false);
  return readListing(Array.isArray(listed) ? listed.filter(isFuture) : listed, instrumentOf);
}

/** The type decides linear or inverse: PI_ and FI_ are `futures_inverse`, PF_ and FF_ are not. */
function instrumentOf(entry: Fields): Instrument | null {
  const { symbol, type } = entry;
  if (!isSymbol(symbol) || !isSymbol(entry.base) || !isSymbol(entry.quote)) return null;
  const base = COIN_OF.get(entry.base) ?? entry.base;
  const quote = COIN_OF.get(entry.quote) ?? entry.quote;
  const isInverse = type === "futures_inverse";
  const sent = decimalText(entry.contractSize);
  const deliveryMs = timeOfIso(entry.lastTradingTime);
  const suffix = deliveryMs === null ? "" : deliverySuffix(deliveryMs);
  const market = `${base}/${quote}:${isInverse ? base : quote}${suffix}`;
  const contractSize = isPositiveDecimal(sent) ? sent : null;
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize };
}

export const krakenFutures: Venue<null> = {
  id: "kraken-futures",
  title: "Kraken Futures",
  restUrl: "https://futures.kraken.com",
  channels: [
    {
      name: "trade",
      url: "wss://futures.kraken.com/ws/v1",
      headers: {},
      topics: (instruments) => instruments.map(({ symbol }) => symbol),
      topicsPerConnectionMax: 200,
    },
  ],
  sizeUnit: { linear: "contracts", inverse: "contracts" },
  completeness: "partial",
  completenessNote:
    "Kraken Futures shows only what is closed through the book; positions that it assigns to others are missing.",
  completenessShort: "not what it assigns to others",
  sideRule: {
    rule: "`side` is the taker, which is the liquidation order: sell = long liquidated, buy = short",
    sentence:
      "The classification of the taker side in the matched trade: buy if the taker is a buyer",
    link: "https://docs.kraken.com/exchange/api-reference/futures-websocket/trade",
  },
  sizeRule: "PF, FF: `qty` coins x `price`. PI, FI: `qty` USD; coins = USD / `price`.",
  identity: "`uid`",
  replay: "`trade_snapshot` on each subscribe: history",
  confidence: "high",
  unconfirmed: "a liquidation of a linear contract, how many trades a snapshot holds",
  checkedOn: "2026-11-20",
  // "make a ping request at least every 60 seconds"
  heartbeat: { everyMs: 30_000, payload: null, isUnconditional: true },
  silenceMsMax: 65_000,
  needles: ['"liquidation"'],
  // 100 requests a second; 100 connections in all, as other software knows.
  limits: {
    connectsPer5Min: 20,
    sendsPerSecond: 5,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [{ path: "/derivatives/api/v3/instruments", parse: parseInstruments }],
  // Answers name products and no request.
  request: (event, topics, firstId) =>
    Array.from({ length: Math.ceil(topics.length / PRODUCTS_PER_FRAME_MAX) }, (_, index) => {
      const start = index * PRODUCTS_PER_FRAME_MAX;
      const product_ids = topics.slice(start, start + PRODUCTS_PER_FRAME_MAX);
      const text = JSON.stringify({ event, feed: "trade", product_ids });
      return { id: String(firstId + index), topics: product_ids, text };
    }),
  start: () => null,
  decode,
};
