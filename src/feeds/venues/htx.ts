/**
 * HTX futures on three sockets: linear contracts, coin-margined swaps, coin-margined futures. Every
 * frame is packed with gzip, and the venue pings in JSON: whoever misses five pings is cut.
 * https://www.htx.com/en-us/opend/newApiPages/
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  decimalText,
  echoedId,
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
import { readListing, splitMultiplier } from "../listing.ts";
import type {
  Channel,
  Decoded,
  Instrument,
  InstrumentSource,
  Reject,
  Row,
  Venue,
} from "../venue.ts";

const LIQUIDATIONS = /^public\..+\.liquidation_orders$/;

/** Public topics that carry no liquidations. */
const OTHER_TOPIC = /^public\..+\.(?:funding_rate|contract_info|contract_elements|heartbeat)$/;

/** A longer time stamp of a ping is not sent back, characters. */
const PING_CHARS_MAX = 32;

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  switch (root.op) {
    case "notify":
      return decodePush(root);
    case "ping":
      return controlFrame({ type: "heartbeat", reply: pongTo(root.ts) });
    case "sub":
    case "unsub":
    case "error":
      return decodeAnswer(root);
    case "close":
      return controlFrame({ type: "closing", reason: closingReason(root) });
    case "auth":
      return IGNORED;
    case undefined:
      return isRest(root) ? IGNORED : refusedFrame("shape", "op", root.op);
    default:
      return refusedFrame("unknown-kind", "op", root.op);
  }
}

/**
 * The time stamp goes back exactly as it came: pings have it as text although every other message
 * has a number, and a collector that read it as a number lost its connection every 30 s.
 */
function pongTo(ts: unknown): string | null {
  const isText = typeof ts === "string" && ts.length <= PING_CHARS_MAX;
  return isText || typeof ts === "number" ? JSON.stringify({ op: "pong", ts }) : null;
}

function closingReason(root: Fields): string {
  const said = saidText(root["err-msg"]);
  return said === "" ? "op close" : said;
}

function decodePush(root: Fields): Decoded {
  const { topic, data } = root;
  if (typeof topic !== "string" || !LIQUIDATIONS.test(topic)) {
    const isKnown = typeof topic === "string" && OTHER_TOPIC.test(topic);
    return isKnown ? IGNORED : refusedFrame("unknown-kind", "topic", topic);
  }
  if (!Array.isArray(data)) return refusedFrame("shape", "data", data);
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of data) {
    take(draft, isFields(entry) ? readEntry(entry) : rejectOf("shape", "data[]", entry));
  }
  return {
    rows: draft.rows,
    control: null,
    rejects: draft.rejects,
    pushedAtMs: timeOf(root.ts),
  };
}

function readEntry(entry: Fields): Row | Reject {
  const symbol = entry.contract_code;
  if (!isSymbol(symbol)) return rejectOf("shape", "contract_code", symbol);
  const { direction, offset } = entry;
  const positionSide = direction === "sell" ? "long" : direction === "buy" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "direction", direction);
  // `close`, or `both` in one-way mode; an order that opens would turn the side around.
  if (offset === "open") return rejectOf("unknown-side", "offset", offset);
  const price = isAbsent(entry.price) ? null : decimalText(entry.price);
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", entry.price);
  const isInverse = isCoinMargined(symbol);
  // Both are sent: `amount` in coins, which a coin-margined row rounds, and `volume` in contracts.
  const unit = isInverse ? "volume" : "amount";
  const size = isAbsent(entry[unit]) ? null : decimalText(entry[unit]);
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", unit, entry[unit]);
  // Coin-margined rows have no turnover; should they get one, nobody says in which coin.
  const turnover = isInverse || isAbsent(entry.trade_turnover) ? null : entry.trade_turnover;
  const quoteAmount = turnover === null ? null : decimalText(turnover);
  if (quoteAmount !== null && !isPositiveDecimal(quoteAmount)) {
    return rejectOf("size", "trade_turnover", turnover);
  }
  const occurredAtMs = timeOf(entry.created_at);
  if (occurredAtMs === null) return rejectOf("time", "created_at", entry.created_at);
  return rowOf({
    symbol,
    positionSide,
    price,
    priceKind: "bankruptcy",
    size,
    quoteAmount,
    isInverse,
    occurredAtMs,
    history: false,
  });
}

/** `BTC-USD` and `BTC201225`; linear contracts name their quote coin: `BTC-USDT-211231`. */
function isCoinMargined(contractCode: string): boolean {
  const quote = contractCode.split("-")[1];
  return quote === undefined || quote === "USD";
}

/** Numbers here, but the venue is not consistent about it. */
function timeOf(value: unknown): number | null {
  return timeOfNumber(value) ?? timeOfDigits(value);
}

function decodeAnswer(root: Fields): Decoded {
  const id = echoedId(root.cid);
  const code = root["err-code"];
  if (root.op !== "error" && (code === 0 || isAbsent(code))) {
    return controlFrame({ type: "ack", topics: null, id });
  }
  const reason = `${saidText(root["err-msg"])} (${saidText(code)})`;
  return controlFrame({ type: "refused", topics: null, id, reason });
}

/** REST answers that may stand in a file of frames. */
function isRest(root: Fields): boolean {
  const isAnswer = root.status === "ok" || typeof root.code === "number";
  return isAnswer && Array.isArray(root.data);
}

/** Topics are `SOCKET/CONTRACTS`: the wire's own name is the same on two of the sockets. */
function channel(name: "linear" | "swap" | "futures", path: string): Channel {
  return {
    name,
    url: `wss://api.hbdm.com/${path}`,
    headers: {},
    topics: (instruments) => (name === "futures" ? coinTopics(instruments) : [`${name}/*`]),
    topicsPerConnectionMax: 100,
  };
}

/** Coin-margined futures are subscribed by coin; without any the socket is not opened. */
function coinTopics(instruments: readonly Instrument[]): readonly string[] {
  const dated = instruments.filter(({ symbol, isInverse }) => isInverse && !symbol.includes("-"));
  return [...new Set(dated.map(({ market }) => `futures/${market.split("/")[0] ?? ""}`))];
}

function instrumentSource(path: string): InstrumentSource {
  return {
    path,
    parse: (page) => readListing(isFields(page) ? page.data : page, instrumentOf),
  };
}

/** The day of a dated contract stands in its code, as in ccxt's names: `BTC-USDT-211231`. */
function instrumentOf(entry: Fields): Instrument | null {
  const { contract_code: code, symbol: base } = entry;
  if (!isSymbol(code) || !isSymbol(base)) return null;
  const isInverse = isCoinMargined(code);
  const contractSize = isInverse ? decimalText(entry.contract_size) : null;
  if (contractSize !== null && !isPositiveDecimal(contractSize)) return null;
  const quote = isInverse ? "USD" : (code.split("-")[1] ?? "");
  if (quote === "") return null;
  const day = /\d{6}$/.exec(code)?.[0];
  const market = `${base}/${quote}:${isInverse ? base : quote}${day === undefined ? "" : `-${day}`}`;
  return { symbol: code, market, ...splitMultiplier(base), quote, isInverse, contractSize };
}

export const htx: Venue<null> = {
  id: "htx",
  title: "HTX",
  restUrl: "https://api.hbdm.com",
  channels: [
    channel("linear", "linear-swap-notification"),
    channel("swap", "swap-notification"),
    channel("futures", "notification"),
  ],
  sizeUnit: { linear: "base", inverse: "contracts" },
  completeness: "partial",
  completenessNote:
    "HTX does not say whether it publishes every liquidation, so its sums are a lower bound; prices are bankruptcy prices.",
  completenessShort: "not said whether all",
  sideRule: {
    rule: "`direction` is the side of the liquidation order: sell = long liquidated, buy = short liquidated",
    sentence:
      "5: Liquidate long positions; 6: Liquidate short positions (trade_type of the REST list, whose example of 5 has direction sell, offset close)",
    link: "https://www.htx.com/en-us/opend/newApiPages/",
  },
  sizeRule:
    "Linear: `trade_turnover` is the money, `amount` the coins. Coin-margined: `volume` x contract_size USD; coins = USD / `price`.",
  identity: "no id: contract, direction, time, size and price tell events apart",
  replay: "none was reported",
  confidence: "medium",
  unconfirmed: "how complete the feed is, one-way mode, inverse contracts beyond an example",
  checkedOn: "2026-11-20",
  // The venue pings every 5 s and is answered; a WebSocket ping asks only when those stop.
  heartbeat: { everyMs: 15_000, payload: null },
  silenceMsMax: 30_000,
  needles: [],
  compression: "gzip",
  // About 30 connections per address are documented; no limit of messages or of life.
  limits: {
    connectsPer5Min: 30,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [
    instrumentSource("/linear-swap-api/v1/swap_contract_info?business_type=all"),
    instrumentSource("/swap-api/v1/swap_contract_info"),
    instrumentSource("/api/v1/contract_contract_info"),
  ],
  request: (op, topics, firstId) =>
    topics.map((topic, index) => {
      const cid = String(firstId + index);
      const [socket, contracts] = topic.split("/");
      // Without it only swaps are sent, and no dated linear contracts.
      const scope = socket === "linear" ? { business_type: "all" } : {};
      const wireTopic = `public.${contracts}.liquidation_orders`;
      const request = { op: op === "subscribe" ? "sub" : "unsub", cid, topic: wireTopic, ...scope };
      return { id: cid, topics: [topic], text: JSON.stringify(request) };
    }),
  start: () => null,
  decode,
};
