/**
 * Deribit futures, perpetuals and options: the public trades of all coins on two channels, of which
 * those with a `liquidation` letter are read.
 * https://docs.deribit.com/#trades-kind-currency-interval
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
  saidText,
  take,
  timeOfNumber,
} from "../fields.ts";
import { deliverySuffix, productText, readListing, splitMultiplier } from "../listing.ts";
import type { Decoded, Instrument, InstrumentSource, Reject, Row, Venue } from "../venue.ts";

/** `raw` wants a login; 100 ms batches are what everybody gets. */
const TOPICS = ["trades.future.any.100ms", "trades.option.any.100ms"];

const OTHER_CHANNEL = /^(?:ticker|book|quote|chart|perpetual|markprice|deribit_|instrument)[._]/;

/** Our own requests have ids that no subscription gets. */
const HELLO_ID = 9_000_001;
const TEST_ID = 9_000_002;
/** The server asks for a sign of life this often, s; the least it allows is 10. */
const HEARTBEAT_SECONDS = 30;

const rpc = (id: number, method: string, params: object) =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const TEST = rpc(TEST_ID, "public/test", {});

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  if (root.method === "heartbeat") {
    const isAsked = isFields(root.params) && root.params.type === "test_request";
    return controlFrame({ type: "heartbeat", reply: isAsked ? TEST : null });
  }
  if (root.method === undefined) return decodeAnswer(root);
  const { params } = root;
  if (root.method !== "subscription" || !isFields(params)) {
    return refusedFrame("unknown-kind", "method", root.method);
  }
  const { channel } = params;
  if (typeof channel !== "string") return refusedFrame("shape", "params.channel", channel);
  if (channel.startsWith("trades.")) return decodeTrades(params.data);
  const isKnown = OTHER_CHANNEL.test(channel);
  return isKnown ? IGNORED : refusedFrame("unknown-kind", "params.channel", channel);
}

function decodeAnswer(root: Fields): Decoded {
  const id = echoedId(root.id);
  if (id === null) return refusedFrame("shape", "id", root.id);
  if (isFields(root.error)) {
    const reason = `${saidText(root.error.message)} (${saidText(root.error.code)})`;
    return controlFrame({ type: "refused", topics: null, id, reason });
  }
  if (id === String(TEST_ID)) return controlFrame({ type: "heartbeat", reply: null });
  const { result } = root;
  if (!Array.isArray(result) || !result.every(isSymbol)) return IGNORED;
  // The answer holds what was subscribed indeed; a channel that it leaves out was not.
  if (result.length > 0) return controlFrame({ type: "ack", topics: result, id });
  return controlFrame({ type: "refused", topics: null, id, reason: "not in the venue's answer" });
}

function decodeTrades(trades: unknown): Decoded {
  if (!Array.isArray(trades)) return refusedFrame("shape", "params.data", trades);
  const draft: Draft = { rows: [], rejects: [] };
  let liquidations = 0;
  for (const trade of trades) {
    if (!isFields(trade)) {
      draft.rejects.push(rejectOf("shape", "params.data[]", trade));
      continue;
    }
    const letters = trade.liquidation;
    if (isAbsent(letters) || letters === "none") continue;
    liquidations += 1;
    for (const read of readTrade(trade, letters)) take(draft, read);
  }
  const isQuiet = liquidations === 0 && draft.rejects.length === 0;
  if (isQuiet) return IGNORED;
  return { rows: draft.rows, rejects: draft.rejects, control: null, pushedAtMs: null };
}

/** `MT`: both parties were liquidated, so one trade is two events, one of each side. */
function readTrade(trade: Fields, letters: unknown): readonly (Row | Reject)[] {
  if (letters !== "M" && letters !== "T" && letters !== "MT") {
    return [rejectOf("unknown-kind", "liquidation", letters)];
  }
  const { direction } = trade;
  if (direction !== "buy" && direction !== "sell") {
    return [rejectOf("unknown-side", "direction", direction)];
  }
  const taker = direction === "sell" ? "long" : "short";
  const maker = direction === "sell" ? "short" : "long";
  if (letters === "T") return [readSide(trade, taker, "")];
  if (letters === "M") return [readSide(trade, maker, "")];
  return [readSide(trade, taker, `|${taker}`), readSide(trade, maker, `|${maker}`)];
}

function readSide(trade: Fields, positionSide: Row["positionSide"], idEnd: string): Row | Reject {
  const { instrument_name: symbol, trade_id: id } = trade;
  if (!isSymbol(symbol)) return rejectOf("shape", "instrument_name", symbol);
  if (!isSymbol(id)) return rejectOf("shape", "trade_id", id);
  const price = decimalText(trade.price);
  if (!isPositiveDecimal(price)) return rejectOf("price", "price", trade.price);
  const size = decimalText(trade.amount);
  if (!isPositiveDecimal(size)) return rejectOf("size", "amount", trade.amount);
  const occurredAtMs = timeOfNumber(trade.timestamp);
  if (occurredAtMs === null) return rejectOf("time", "timestamp", trade.timestamp);
  const isOption = /-[CP]$/.test(symbol);
  return {
    symbol,
    positionSide,
    kind: "liquidation",
    // An option's price is a premium, mostly in coins: no price of the asset.
    price: isOption ? null : price,
    priceKind: "fill",
    size,
    quoteAmount: isOption ? productText(size, decimalText(trade.index_price)) : null,
    isInverse: null,
    occurredAtMs,
    id: id + idEnd,
    // Public trades name no order: the fills of one order in one match share their millisecond.
    orderKey: `${symbol}|${positionSide}|${occurredAtMs}`,
    history: false,
  };
}

function instrumentSource(kind: "future" | "option"): InstrumentSource {
  return {
    path: `/api/v2/public/get_instruments?currency=any&kind=${kind}`,
    parse: (page) => readListing(isFields(page) ? page.result : page, instrumentOf),
  };
}

/** `instrument_type` reversed = margined in the coin; linear = in the quote coin. */
function instrumentOf(entry: Fields): Instrument | null {
  const { instrument_name: symbol, base_currency: base, instrument_type: type } = entry;
  const { settlement_currency: settle, settlement_period: period } = entry;
  const quote = entry.quote_currency === base ? entry.counter_currency : entry.quote_currency;
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote) || !isSymbol(settle)) return null;
  if (type !== "reversed" && type !== "linear") return null;
  const isOption = entry.kind === "option";
  const deliveryMs = period === "perpetual" ? null : timeOfNumber(entry.expiration_timestamp);
  if (period !== "perpetual" && deliveryMs === null) return null;
  const date = deliveryMs === null ? "" : deliverySuffix(deliveryMs);
  const [, strike] = isOption ? (/(-[^-]+-[CP])$/.exec(symbol) ?? []) : [];
  const market = `${base}/${quote}:${settle}${date}${strike ?? ""}`;
  // Options are sized in coins, whatever they are margined in.
  const isInverse = type === "reversed" && !isOption;
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize: null };
}

export const deribit: Venue<null> = {
  id: "deribit",
  title: "Deribit",
  restUrl: "https://www.deribit.com",
  channels: [
    {
      name: "trades",
      url: "wss://www.deribit.com/ws/api/v2",
      headers: {},
      topics: () => TOPICS,
      topicsPerConnectionMax: 10,
    },
  ],
  sizeUnit: { linear: "base", inverse: "quote" },
  completeness: "complete",
  completenessNote:
    "Deribit marks every liquidation that trades in its order book, fill by fill; what it settles outside of the book is not shown.",
  completenessShort: "every fill in the order book",
  sideRule: {
    rule: "`liquidation` T: the taker was liquidated, `direction` sell = long, buy = short; M: the maker was, the other way round; MT: both, one of each",
    sentence:
      'Optional field (only for trades caused by liquidation): "M" when maker side of trade was under liquidation, "T" when taker side was under liquidation, "MT" when both sides of trade were under liquidation',
    link: "https://docs.deribit.com/#trades-kind-currency-interval",
  },
  sizeRule:
    "Linear: `amount` coins x `price`. Inverse: `amount` USD; coins = USD / `price`. Options: `amount` coins x `index_price`, because a premium is not the size of a position.",
  identity:
    "`trade_id`, with the side where both parties were liquidated; fills of one order share their millisecond",
  replay: "none is sent on subscribe",
  confidence: "high",
  unconfirmed:
    "a trade marked MT, the most channels of one request; the worth of options is our reading",
  checkedOn: "2026-11-20",
  heartbeat: { everyMs: 20_000, payload: TEST },
  silenceMsMax: 45_000,
  needles: ['"liquidation":"'],
  hello: [rpc(HELLO_ID, "public/set_heartbeat", { interval: HEARTBEAT_SECONDS })],
  // 32 connections per address; subscribing about 3.3 times a second. No limit of life is known.
  limits: {
    connectsPer5Min: 30,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [instrumentSource("future"), instrumentSource("option")],
  // One channel per frame: an answer then speaks for exactly one of them.
  request: (op, topics, firstId) =>
    topics.map((topic, index) => {
      const id = firstId + index;
      return {
        id: String(id),
        topics: [topic],
        text: rpc(id, `public/${op}`, { channels: [topic] }),
      };
    }),
  start: () => null,
  decode,
};
