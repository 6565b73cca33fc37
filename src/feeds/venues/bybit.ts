/**
 * Bybit linear and inverse contracts, one topic per symbol. One unknown symbol fails its whole
 * subscribe frame, so frames are small, carry their own id, and a refusal names the bad topic.
 * https://bybit-exchange.github.io/docs/v5/websocket/public/all-liquidation
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  echoedId,
  IGNORED,
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
import type {
  Channel,
  Decoded,
  Instrument,
  InstrumentSource,
  Reject,
  Row,
  Venue,
} from "../venue.ts";

const TOPIC = "allLiquidation.";

/** Refused by the venue since 2025-02-20; its side and field names differ, so it is not read. */
const RETIRED_TOPIC = "liquidation.";

/** Families of public topics that carry no liquidations. */
const OTHER_TOPIC =
  /^(?:tickers|orderbook|publicTrade|kline|priceLimit|insurance|adlAlert|rpi_orderbook)\./;

const TOPICS_PER_FRAME_MAX = 200;

/** "args" may hold 21,000 characters; whether per frame or per connection is not said. */
const ARGS_CHARS_MAX = 21_000;

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const topic = root.topic;
  if (typeof topic !== "string") return decodeAnswer(root);
  if (topic.startsWith(TOPIC)) return decodeEntries(root);
  if (topic.startsWith(RETIRED_TOPIC)) return refusedFrame("retired-topic", "topic", topic);
  return OTHER_TOPIC.test(topic) ? IGNORED : refusedFrame("unknown-kind", "topic", topic);
}

function decodeEntries(root: Fields): Decoded {
  const entries = root.data;
  if (!Array.isArray(entries)) return refusedFrame("shape", "data", entries);
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of entries) {
    take(draft, isFields(entry) ? readEntry(entry) : rejectOf("shape", "data[]", entry));
  }
  return {
    rows: draft.rows,
    control: null,
    rejects: draft.rejects,
    pushedAtMs: timeOfNumber(root.ts),
  };
}

function readEntry(entry: Fields): Row | Reject {
  const symbol = entry.s;
  if (!isSymbol(symbol)) return rejectOf("shape", "s", symbol);
  const positionSide = entry.S === "Buy" ? "long" : entry.S === "Sell" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "S", entry.S);
  const price = entry.p ?? null;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "p", price);
  const size = entry.v ?? null;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "v", size);
  const occurredAtMs = timeOfNumber(entry.T);
  if (occurredAtMs === null) return rejectOf("time", "T", entry.T);
  return rowOf({
    symbol,
    positionSide,
    price,
    priceKind: "bankruptcy",
    size,
    isInverse: null,
    occurredAtMs,
    history: false,
  });
}

function decodeAnswer(root: Fields): Decoded {
  const id = echoedId(root.req_id);
  if (root.op === "ping" || root.op === "pong" || root.ret_msg === "pong") {
    return controlFrame({ type: "heartbeat", reply: null });
  }
  if (root.success === true) return controlFrame({ type: "ack", topics: null, id });
  if (root.success === false) {
    const reason = saidText(root.ret_msg);
    const named = /topic:\s*([^\s,]+)/i.exec(reason)?.[1];
    return controlFrame({ type: "refused", topics: named ? [named] : null, id, reason });
  }
  if (typeof root.retCode === "number") return IGNORED;
  return refusedFrame("shape", "frame", root);
}

function channel(name: "linear" | "inverse"): Channel {
  return {
    name,
    url: `wss://stream.bybit.com/v5/public/${name}`,
    headers: {},
    topics: (instruments) =>
      instruments
        .filter((instrument) => instrument.isInverse === (name === "inverse"))
        .map((instrument) => TOPIC + instrument.symbol),
    topicsPerConnectionMax: 400,
  };
}

function framesOf(topics: readonly string[]): string[][] {
  const frames: string[][] = [];
  let frame: string[] = [];
  let chars = 0;
  for (const topic of topics) {
    // Two quotes and a comma stand around each topic.
    const more = topic.length + 3;
    if (frame.length === TOPICS_PER_FRAME_MAX || (chars + more > ARGS_CHARS_MAX && chars > 0)) {
      frames.push(frame);
      frame = [];
      chars = 0;
    }
    frame.push(topic);
    chars += more;
  }
  if (frame.length > 0) frames.push(frame);
  return frames;
}

function instrumentSource(category: "linear" | "inverse"): InstrumentSource {
  const path = `/v5/market/instruments-info?category=${category}&limit=1000`;
  return {
    path,
    parse: (page) => {
      const result = isFields(page) ? page.result : undefined;
      const fields = isFields(result) ? result : {};
      const listing = readListing(fields.list, instrumentOf);
      return { ...listing, next: nextPath(path, fields.nextPageCursor) };
    },
  };
}

/** The venue's cursor is percent-encoded already; anything else in it is encoded here. */
function nextPath(path: string, cursor: unknown): string | null {
  if (typeof cursor !== "string" || cursor === "" || cursor.length > 1_024) return null;
  const isEncoded = /^[\w.~%-]+$/.test(cursor);
  return `${path}&cursor=${isEncoded ? cursor : encodeURIComponent(cursor)}`;
}

function instrumentOf(entry: Fields): Instrument | null {
  const { symbol, baseCoin: base, quoteCoin: quote, settleCoin: settle, contractType } = entry;
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote) || !isSymbol(settle)) return null;
  if (typeof contractType !== "string" || !/^(?:Linear|Inverse)/.test(contractType)) return null;
  const isInverse = contractType.startsWith("Inverse");
  const deliveryMs = contractType.endsWith("Futures") ? timeOfDigits(entry.deliveryTime) : null;
  const suffix = deliveryMs === null ? "" : deliverySuffix(deliveryMs);
  const market = `${base}/${quote}:${settle}${suffix}`;
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize: null };
}

export const bybit: Venue<null> = {
  id: "bybit",
  title: "Bybit",
  restUrl: "https://api.bybit.com",
  channels: [channel("linear"), channel("inverse")],
  sizeUnit: { linear: "base", inverse: "quote" },
  completeness: "complete",
  completenessNote:
    "Bybit publishes every liquidation, in batches of 500 ms, at the bankruptcy price and not at the fill.",
  completenessShort: "every liquidation, bankruptcy prices",
  sideRule: {
    rule: "`S` is the side of the position: Buy = long liquidated, Sell = short liquidated",
    sentence:
      "When you receive a `Buy` update, this means that a long position has been liquidated",
    link: "https://bybit-exchange.github.io/docs/v5/websocket/public/all-liquidation",
  },
  sizeRule: "Linear: `v` coins x `p`. Inverse: `v` is USD; coins = `v` / `p`.",
  identity: "no id: symbol, side, time, size and price tell events apart",
  replay: "none is documented",
  confidence: "high",
  unconfirmed: "whether a reconnect replays",
  checkedOn: "2026-11-20",
  heartbeat: { everyMs: 20_000, payload: '{"req_id":"ping","op":"ping"}' },
  silenceMsMax: 50_000,
  needles: [],
  // A fifth of 500 connections in 5 minutes; no limit of messages or of life is documented.
  limits: {
    connectsPer5Min: 100,
    sendsPerSecond: 5,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [instrumentSource("linear"), instrumentSource("inverse")],
  request: (op, topics, firstId) =>
    framesOf(topics).map((args, index) => {
      const id = String(firstId + index);
      return { id, topics: args, text: JSON.stringify({ req_id: id, op, args }) };
    }),
  start: () => null,
  decode,
};
