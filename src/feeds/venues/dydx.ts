/**
 * dYdX v4: one trade channel per market, 32 of them on a connection. The first message of a channel is
 * its acknowledgement and repeats old trades. Facts that the documentation leaves out are from the
 * indexer's own source: https://github.com/dydxprotocol/v4-chain/tree/main/indexer/services/socks
 */
import type { LiquidationKind } from "../../liquidation.ts";
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  IGNORED,
  idText,
  isAbsent,
  isFields,
  isPositiveDecimal,
  isSymbol,
  parseJson,
  refusedFrame,
  rejectOf,
  saidText,
  take,
  timeOfIso,
} from "../fields.ts";
import { readListing, splitMultiplier } from "../listing.ts";
import type { Control, Decoded, Instrument, Reject, Row, Venue } from "../venue.ts";

const CHANNEL = "v4_trades";

/** LIQUIDATED is "fill with a liquidated taker order"; DELEVERAGED is made from the fill of the account that was closed. */
const KIND_OF: ReadonlyMap<unknown, LiquidationKind> = new Map([
  ["LIQUIDATED", "liquidation"],
  ["DELEVERAGED", "deleverage"],
]);

const OTHER_TYPES: ReadonlySet<unknown> = new Set(["LIMIT", "MARKET", "TWAP_SUBORDER"]);

/** "Invalid subscription id for channel: (v4_trades-GONE-USD)" and "already subscribed (...)". */
const NAMED_MARKET = /\(v4_trades-(.+)\)/;

/** Not about the market: what stays unanswered costs the connection, which rests before the next try. */
const TROUBLE = /^(?:Internal error|Too many subscribe attempts)/;

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { type, channel } = root;
  switch (type) {
    case "connected":
    case "pong":
      return IGNORED;
    case "error":
      return controlFrame(errorOf(saidText(root.message)));
    case "subscribed":
    case "unsubscribed":
    case "channel_data":
      return channel === CHANNEL ? decodeChannel(root) : otherChannel(channel);
    default:
      return type === undefined && isRest(root)
        ? IGNORED
        : refusedFrame(typeof type === "string" ? "unknown-kind" : "shape", "type", type);
  }
}

function otherChannel(channel: unknown): Decoded {
  const isKnown = typeof channel === "string" && channel.startsWith("v4_");
  return isKnown ? IGNORED : refusedFrame("unknown-kind", "channel", channel);
}

/** A body of the indexer's REST, as it comes or inside a `result`. */
function isRest(root: Fields): boolean {
  const body = isFields(root.result) ? root.result : root;
  return ["markets", "historicalFunding", "trades"].some((name) => body[name] !== undefined);
}

function errorOf(reason: string): Control {
  const named = NAMED_MARKET.exec(reason)?.[1];
  const topics = named === undefined ? null : [named];
  if (TROUBLE.test(reason)) return { type: "other" };
  if (reason.includes("already subscribed")) return { type: "ack", topics, id: null };
  return { type: "refused", topics, id: null, reason };
}

function decodeChannel(root: Fields): Decoded {
  const { type, id: market, contents } = root;
  if (!isSymbol(market)) return refusedFrame("shape", "id", market);
  const ack: Control = { type: "ack", topics: [market], id: null };
  if (type === "unsubscribed") return controlFrame(ack);
  const history = type === "subscribed";
  const control = history ? ack : null;
  const trades = isFields(contents) ? contents.trades : contents;
  const draft: Draft = { rows: [], rejects: [] };
  if (!Array.isArray(trades)) draft.rejects.push(rejectOf("shape", "contents.trades", trades));
  else for (const trade of trades) readTrade(trade, { market, history, draft });
  return { rows: draft.rows, rejects: draft.rejects, control, pushedAtMs: null };
}

interface Place {
  readonly market: string;
  readonly history: boolean;
  readonly draft: Draft;
}

function readTrade(trade: unknown, { market, history, draft }: Place): void {
  if (!isFields(trade)) {
    draft.rejects.push(rejectOf("shape", "trades[]", trade));
    return;
  }
  // Old rows of a replay were seen without a type.
  if (OTHER_TYPES.has(trade.type) || (history && isAbsent(trade.type))) return;
  const kind = KIND_OF.get(trade.type);
  if (kind === undefined) draft.rejects.push(rejectOf("unknown-kind", "type", trade.type));
  else take(draft, rowOf(trade, { market, kind, history }));
}

function rowOf(
  trade: Fields,
  known: { market: string; kind: LiquidationKind; history: boolean },
): Row | Reject {
  const { market: symbol, kind, history } = known;
  const positionSide = trade.side === "SELL" ? "long" : trade.side === "BUY" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "side", trade.side);
  const id = idText(trade.id);
  if (id === null) return rejectOf("shape", "id", trade.id);
  const price = trade.price ?? null;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", price);
  const size = trade.size ?? null;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "size", size);
  const occurredAtMs = timeOfIso(trade.createdAt);
  if (occurredAtMs === null) return rejectOf("time", "createdAt", trade.createdAt);
  const height = idText(trade.createdAtHeight);
  return {
    symbol,
    kind,
    positionSide,
    price,
    size,
    occurredAtMs,
    id,
    history,
    priceKind: "fill",
    quoteAmount: null,
    isInverse: false,
    // Fills name no order: those of one market, block and side are taken for one.
    orderKey: height === null ? null : `${symbol}:${height}:${positionSide}`,
  };
}

function parseMarkets(page: unknown) {
  const markets = isFields(page) ? page.markets : undefined;
  if (!isFields(markets)) return readListing(markets, instrumentOf);
  const isLive = (entry: unknown) => !isFields(entry) || entry.status !== "FINAL_SETTLEMENT";
  return readListing(Object.values(markets).filter(isLive), instrumentOf);
}

/** `BTC-USD`; a market that anybody may list names its pool behind a comma (`COIN,POOL,ADDRESS-USD`). */
function instrumentOf({ ticker: symbol }: Fields): Instrument | null {
  if (!isSymbol(symbol) || !symbol.endsWith("-USD")) return null;
  const [base = ""] = symbol.slice(0, -"-USD".length).split(",");
  if (base === "") return null;
  const money = { quote: "USDC", isInverse: false, contractSize: null };
  return { symbol, market: `${base}/USDC:USDC`, ...splitMultiplier(base), ...money };
}

export const dydx: Venue<null> = {
  id: "dydx",
  title: "dYdX",
  restUrl: "https://indexer.dydx.trade",
  channels: [
    {
      name: "trades",
      url: "wss://indexer.dydx.trade/v4/ws",
      headers: {},
      topics: (instruments) => instruments.map(({ symbol }) => symbol),
      topicsPerConnectionMax: 32,
    },
  ],
  sizeUnit: { linear: "base", inverse: "base" },
  completeness: "complete",
  completenessNote: "Every fill of a liquidation order on dYdX's books is published.",
  completenessShort: "every liquidation fill",
  sideRule: {
    rule: "`side` is the taker, which is the liquidation order: SELL = long liquidated, BUY = short",
    sentence: "LIQUIDATED: fill with a liquidated taker order",
    link: "https://github.com/dydxprotocol/v4-chain/blob/main/indexer/services/comlink/public/websocket-documentation.md",
  },
  sizeRule: "`size` coins x `price`.",
  identity: "`id`; fills of one order share market, block and side",
  replay: "the answer to a subscription replays recent trades: history",
  confidence: "high",
  unconfirmed: "what DELEVERAGED rows mean exactly, the texts of errors",
  checkedOn: "2026-11-20",
  // The server pings every 30 s and `ws` answers; our own ping shows that its pings still come.
  heartbeat: { everyMs: 30_000, payload: null },
  silenceMsMax: 65_000,
  needles: ['"LIQUIDATED"', '"DELEVERAGED"'],
  // 32 markets per connection, 2 subscribes a second, of which we take half: after too many the
  // address is shut out for 30 s.
  // How many connections an address may open is not documented: 300 markets take ten.
  limits: {
    connectsPer5Min: 60,
    sendsPerSecond: 1,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [{ path: "/v4/perpetualMarkets", parse: parseMarkets }],
  // One market per frame; nothing but the market comes back.
  request: (op, topics, firstId) =>
    topics.map((id, index) => ({
      id: String(firstId + index),
      topics: [id],
      text: JSON.stringify({ type: op, channel: CHANNEL, id }),
    })),
  start: () => null,
  decode,
};
