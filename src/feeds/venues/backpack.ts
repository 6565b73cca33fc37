/**
 * Backpack perpetuals: one public stream for all markets. Low confidence: no frame of it was ever
 * seen by us, its documentation names neither the meaning of the side nor of the price, and no
 * answer to a subscription is described. The self-check of sides watches it at run time.
 * https://docs.backpack.exchange/#tag/Streams
 */

import type { Fields } from "../fields.ts";
import {
  controlFrame,
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
  timeOfNumber,
} from "../fields.ts";
import { readListing, splitMultiplier } from "../listing.ts";
import type { Decoded, Instrument, Reject, Row, Venue } from "../venue.ts";

const STREAM = "liquidation";
const OTHER_EVENT = /^(?:markPrice|openInterest|trade|depth|bookTicker|ticker|kline)$/;
const MICROSECONDS = 1_000;
/** The perpetual of a market has this behind its name; liquidations may be named without it. */
const PERPETUAL = "_PERP";

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  // Documented inside of an envelope with the stream's name; examples show it bare.
  const event = isFields(root.data) ? root.data : root;
  if (event.e === STREAM) {
    const read = readEvent(event);
    const isRow = !("reason" in read);
    const pushedAtMs = microsOf(event.E);
    return {
      rows: isRow ? [read] : [],
      rejects: isRow ? [] : [read],
      ...{ control: null, pushedAtMs },
    };
  }
  if (typeof event.e === "string") {
    return OTHER_EVENT.test(event.e) ? IGNORED : refusedFrame("unknown-kind", "e", event.e);
  }
  const id = echoedId(root.id);
  if (isFields(root.error)) {
    const reason = `${saidText(root.error.message)} (${saidText(root.error.code)})`;
    return controlFrame({ type: "refused", topics: null, id, reason });
  }
  const isAnswer = id !== null && Object.hasOwn(root, "result");
  if (isAnswer) return controlFrame({ type: "ack", topics: null, id });
  return refusedFrame("shape", "frame", root);
}

function readEvent(event: Fields): Row | Reject {
  const symbol = event.s;
  if (!isSymbol(symbol)) return rejectOf("shape", "s", symbol);
  const positionSide = event.S === "Ask" ? "long" : event.S === "Bid" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "S", event.S);
  const price = isAbsent(event.p) ? null : event.p;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "p", price);
  const size = isAbsent(event.q) ? null : event.q;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "q", size);
  // `T`, the engine's time, is a placeholder in every published example.
  const occurredAtMs = microsOf(event.T) ?? microsOf(event.E);
  if (occurredAtMs === null) return rejectOf("time", "E", event.E);
  return rowOf({
    symbol: symbol.endsWith(PERPETUAL) ? symbol : symbol + PERPETUAL,
    positionSide,
    price,
    priceKind: "order",
    size,
    isInverse: null,
    occurredAtMs,
    history: false,
  });
}

/** Times are sent in microseconds. */
function microsOf(value: unknown): number | null {
  return typeof value === "number" ? timeOfNumber(value / MICROSECONDS) : null;
}

function instrumentOf(entry: Fields): Instrument | null {
  const { symbol, baseSymbol: base, quoteSymbol: quote, marketType } = entry;
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote) || marketType !== "PERP")
    return null;
  const market = `${base}/${quote}:${quote}`;
  const names = { symbol, market, ...splitMultiplier(base), quote };
  return { ...names, isInverse: false, contractSize: null };
}

export const backpack: Venue<null> = {
  id: "backpack",
  title: "Backpack",
  restUrl: "https://api.backpack.exchange",
  channels: [
    {
      name: "liquidation",
      url: "wss://ws.backpack.exchange",
      headers: {},
      topics: () => [STREAM],
      topicsPerConnectionMax: 1,
    },
  ],
  sizeUnit: { linear: "base", inverse: "quote" },
  completeness: "complete",
  completenessNote:
    "Backpack says that it publishes liquidations of all types, its auto-deleveraging possibly among them and not told apart; side and price are our reading and unconfirmed.",
  completenessShort: "all types, side unconfirmed",
  sideRule: {
    rule: "`S` is read as the side of the liquidation order: Ask = long liquidated, Bid = short liquidated (unconfirmed)",
    sentence: "S: Side",
    link: "https://docs.backpack.exchange/#tag/Streams",
  },
  sizeRule: "`q` coins x `p`; whether `p` is the fill is not documented.",
  identity: "no id: symbol, side, time, size and price tell events apart",
  replay: "none is documented",
  confidence: "low",
  unconfirmed:
    "the side, the meaning of the price, answers to subscriptions, the name of the stream",
  checkedOn: "2026-11-20",
  heartbeat: { everyMs: 30_000, payload: null },
  silenceMsMax: 130_000,
  needles: [],
  acknowledges: false,
  // Nothing is documented about limits.
  limits: {
    connectsPer5Min: 20,
    sendsPerSecond: 1,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [
    {
      path: "/api/v1/markets",
      parse: (page) =>
        readListing(
          Array.isArray(page)
            ? page.filter((one) => !isFields(one) || one.marketType !== "SPOT")
            : page,
          instrumentOf,
        ),
    },
  ],
  request: (op, topics, firstId) =>
    topics.map((stream, index) => {
      const id = firstId + index;
      const text = JSON.stringify({ method: op.toUpperCase(), params: [stream], id });
      return { id: String(id), topics: [stream], text };
    }),
  start: () => null,
  decode,
};
