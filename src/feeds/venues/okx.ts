/**
 * OKX perpetual swaps and dated futures: one subscription per instrument type covers all symbols.
 * Port 443: port 8443 has taken no connections since 2026-10-31.
 * https://www.okx.com/docs-v5/en/#public-data-websocket-liquidation-orders-channel
 */
import type { Draft, Fields } from "../fields.ts";
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
  take,
  timeOfDigits,
} from "../fields.ts";
import { deliverySuffix, productText, readListing, splitMultiplier } from "../listing.ts";
import type {
  DecodeContext,
  Decoded,
  Instrument,
  InstrumentSource,
  Reject,
  Row,
  Venue,
} from "../venue.ts";

const CHANNEL = "liquidation-orders";

/** Public channels that carry no liquidations of ours. */
const OTHER_CHANNEL =
  /^(?:tickers|trades|trades-all|books.*|bbo-tbt|candle.*|mark-price.*|index-.*|funding-rate|open-interest|price-limit|estimated-price|instruments|status|adl-warning)$/;

function decode(text: string, _state: null, context: DecodeContext): Decoded {
  if (text === "pong" || text === "ping") return controlFrame({ type: "heartbeat", reply: null });
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  if (root.event !== undefined) return decodeAnswer(root);
  const arg = root.arg;
  if (isFields(arg)) {
    if (arg.channel === CHANNEL) return decodePush(root, context);
    const isKnown = typeof arg.channel === "string" && OTHER_CHANNEL.test(arg.channel);
    return isKnown ? IGNORED : refusedFrame("unknown-kind", "arg.channel", arg.channel);
  }
  const isRest = arg === undefined && typeof root.code === "string" && Array.isArray(root.data);
  return isRest ? IGNORED : refusedFrame("shape", "frame", root);
}

function decodePush(root: Fields, context: DecodeContext): Decoded {
  const entries = root.data;
  if (!Array.isArray(entries)) return refusedFrame("shape", "data", entries);
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of entries) {
    const symbol = isFields(entry) ? entry.instId : entry;
    const details = isFields(entry) ? entry.details : undefined;
    if (!isSymbol(symbol)) draft.rejects.push(rejectOf("shape", "instId", symbol));
    else if (!Array.isArray(details)) draft.rejects.push(rejectOf("shape", "details", details));
    else {
      for (const detail of details) {
        const isRow = isFields(detail);
        take(
          draft,
          isRow ? readDetail(symbol, detail, context) : rejectOf("shape", "details[]", detail),
        );
      }
    }
  }
  return { rows: draft.rows, control: null, rejects: draft.rejects, pushedAtMs: null };
}

function readDetail(symbol: string, detail: Fields, context: DecodeContext): Row | Reject {
  const bySide = detail.side === "sell" ? "long" : detail.side === "buy" ? "short" : null;
  if (bySide === null && !isBlank(detail.side)) {
    return rejectOf("unknown-side", "side", detail.side);
  }
  const { posSide } = detail;
  const isNet = posSide === "net" || isBlank(posSide);
  const positionSide = posSide === "long" || posSide === "short" ? posSide : isNet ? bySide : null;
  if (positionSide === null) return rejectOf("unknown-side", "posSide", posSide);
  if (bySide !== null && bySide !== positionSide) {
    const both = `${saidText(posSide)} with side ${saidText(detail.side)}`;
    return rejectOf("unknown-side", "posSide (schema alarm: the two disagree)", both);
  }
  const price = isBlank(detail.bkPx) ? null : detail.bkPx;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "bkPx", price);
  const size = isBlank(detail.sz) ? null : detail.sz;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "sz", size);
  const occurredAtMs = timeOfDigits(detail.ts);
  if (occurredAtMs === null) return rejectOf("time", "ts", detail.ts);
  return rowOf({
    symbol,
    positionSide,
    price,
    priceKind: "bankruptcy",
    size,
    isInverse: null,
    occurredAtMs,
    // The first message after a subscription can be an old record (tardis drops it since 2023).
    history: context.subscribedAtMs !== null && occurredAtMs < context.subscribedAtMs,
  });
}

/** OKX writes an empty text where a field does not apply. */
function isBlank(value: unknown): value is "" | null | undefined {
  return value === "" || isAbsent(value);
}

function decodeAnswer(root: Fields): Decoded {
  const id = echoedId(root.id);
  const reason = `${saidText(root.msg)} (${saidText(root.code)})`;
  switch (root.event) {
    case "subscribe":
    case "unsubscribe":
      return controlFrame({ type: "ack", topics: topicsOf(root.arg), id });
    case "error":
      return controlFrame({ type: "refused", topics: topicsOf(root.arg), id, reason });
    case "notice":
      return root.code === "64008" ? controlFrame({ type: "closing", reason }) : IGNORED;
    case "channel-conn-count":
    case "login":
      return IGNORED;
    default:
      return refusedFrame("unknown-kind", "event", root.event);
  }
}

/** Topics are instrument types: `SWAP`, `FUTURES`. */
function topicsOf(arg: unknown): string[] | null {
  return isFields(arg) && isSymbol(arg.instType) ? [arg.instType] : null;
}

function instrumentSource(instType: "SWAP" | "FUTURES"): InstrumentSource {
  return {
    path: `/api/v5/public/instruments?instType=${instType}`,
    parse: (page) => readListing(isFields(page) ? page.data : page, instrumentOf),
  };
}

/** `ctType` decides linear or inverse, never the symbol: BTC-USD_UM-SWAP is linear. */
function instrumentOf(entry: Fields): Instrument | null {
  const { instId: symbol, ctType, settleCcy: settle, ctValCcy } = entry;
  const underlying = isBlank(entry.uly) ? entry.instFamily : entry.uly;
  if (!isSymbol(symbol) || !isSymbol(settle) || !isSymbol(underlying)) return null;
  if (ctType !== "linear" && ctType !== "inverse") return null;
  const [base = "", family = ""] = underlying.split("-");
  const quote = family.split("_")[0] ?? "";
  if (base === "" || quote === "") return null;
  const isInverse = ctType === "inverse";
  // A contract valued in any other coin has a size that we cannot turn into base units.
  const isReadable = ctValCcy === (isInverse ? quote : base);
  const contractSize = isReadable ? productText(entry.ctVal, entry.ctMult) : null;
  const deliveryMs = timeOfDigits(entry.expTime);
  const suffix = deliveryMs === null ? "" : deliverySuffix(deliveryMs);
  const market = `${base}/${quote}:${settle}${suffix}`;
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize };
}

export const okx: Venue<null> = {
  id: "okx",
  title: "OKX",
  restUrl: "https://www.okx.com",
  channels: [
    {
      name: "public",
      url: "wss://ws.okx.com/ws/v5/public",
      headers: {},
      topics: () => ["SWAP", "FUTURES"],
      topicsPerConnectionMax: 10,
    },
  ],
  sizeUnit: { linear: "contracts", inverse: "contracts" },
  completeness: "partial",
  completenessNote:
    "OKX says that its feed does not represent the total number of liquidations on OKX.",
  completenessShort: "not the total",
  sideRule: {
    rule: "`posSide` long or short is the liquidated position; net: `side` sell = long, buy = short",
    sentence:
      "posSide: Position mode side. long: Hedge mode long, short: Hedge mode short, net: Net mode",
    link: "https://www.okx.com/docs-v5/en/#public-data-websocket-liquidation-orders-channel",
  },
  sizeRule:
    "Linear: `sz` x ctVal x ctMult coins x `bkPx`. Inverse: `sz` x ctVal x ctMult USD; coins = USD / `bkPx`.",
  identity: "no id: instrument, side, time, size and price tell events apart",
  replay:
    "the first message after a subscription may be an old record: rows before the connection are history",
  confidence: "high",
  unconfirmed: "rows of `net` positions, the cap of one a second",
  checkedOn: "2026-11-20",
  heartbeat: { everyMs: 20_000, payload: "ping" },
  silenceMsMax: 30_000,
  needles: [],
  // A fifth of 3 connections a second; 480 subscriptions an hour, of which two are needed.
  limits: {
    connectsPer5Min: 180,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [instrumentSource("SWAP"), instrumentSource("FUTURES")],
  // One frame per topic: a refusal then answers for exactly one of them.
  request: (op, topics, firstId) =>
    topics.map((instType, index) => {
      const id = String(firstId + index);
      const args = [{ channel: CHANNEL, instType }];
      return { id, topics: [instType], text: JSON.stringify({ id, op, args }) };
    }),
  start: () => null,
  decode,
};
