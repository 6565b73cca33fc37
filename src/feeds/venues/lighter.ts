/**
 * Lighter perpetuals: one trade channel per market, in which liquidations stand in a list of their
 * own. Frames name a market by its number, and each subscription begins with old rows.
 * https://apidocs.lighter.xyz/docs/websocket-reference
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
  timeOfNumber,
} from "../fields.ts";
import { readListing, splitMultiplier } from "../listing.ts";
import type { Control, Decoded, Instrument, Reject, Row, Venue } from "../venue.ts";

/** `update/trade` and its first message `subscribed/trade`, and the other channels' like them. */
const PUSH = /^(?:update|subscribed)\/([a-z_]+)$/;

/** Asked for as `trade/0`, answered as `trade:0`. */
const CHANNEL = /^trade:(\d{1,6})$/;

/** Whether take-overs and deleveraging come at all, and in which list, is not documented. */
const KIND_OF: ReadonlyMap<unknown, LiquidationKind> = new Map([
  ["liquidation", "liquidation"],
  ["deleverage", "deleverage"],
]);

/** A market that is wound up settles everybody: nobody was liquidated. */
const OTHER_TYPES: ReadonlySet<unknown> = new Set(["trade", "market-settlement"]);

/** https://apidocs.lighter.xyz/docs/websocket-reference, table of errors. */
const ALREADY_SUBSCRIBED = 30_003;
const TOO_MUCH: ReadonlySet<unknown> = new Set([23_000, 23_003, 30_009, 30_010]);

function decode(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { type } = root;
  const pushed = typeof type === "string" ? PUSH.exec(type)?.[1] : undefined;
  if (pushed === "trade") return decodeTrades(root, type === "subscribed/trade");
  return pushed === undefined ? decodeAnswer(root) : IGNORED;
}

/** Snapshots are the last 50 trades and 50 liquidations, of any age: 46 h were seen. */
function decodeTrades(root: Fields, isSnapshot: boolean): Decoded {
  const market = typeof root.channel === "string" ? CHANNEL.exec(root.channel)?.[1] : undefined;
  if (market === undefined) return refusedFrame("shape", "channel", root.channel);
  const draft: Draft = { rows: [], rejects: [] };
  for (const name of ["liquidation_trades", "trades"]) {
    const entries = root[name];
    // Both lists were seen as null, empty and missing.
    if (isAbsent(entries)) continue;
    if (!Array.isArray(entries)) draft.rejects.push(rejectOf("shape", name, entries));
    else for (const entry of entries) readTrade(entry, { market, isSnapshot, draft });
  }
  const control: Control | null = isSnapshot
    ? { type: "ack", topics: [`trade/${market}`], id: null }
    : null;
  return { rows: draft.rows, rejects: draft.rejects, control, pushedAtMs: null };
}

interface Place {
  readonly market: string;
  readonly isSnapshot: boolean;
  readonly draft: Draft;
}

function readTrade(entry: unknown, { market, isSnapshot, draft }: Place): void {
  if (!isFields(entry)) {
    draft.rejects.push(rejectOf("shape", "trade", entry));
    return;
  }
  if (OTHER_TYPES.has(entry.type)) return;
  const kind = KIND_OF.get(entry.type);
  if (kind === undefined) draft.rejects.push(rejectOf("unknown-kind", "type", entry.type));
  else take(draft, rowOf(entry, { market, kind, history: isSnapshot }));
}

function rowOf(
  entry: Fields,
  known: { market: string; kind: LiquidationKind; history: boolean },
): Row | Reject {
  const { market, kind, history } = known;
  if (typeof entry.is_maker_ask !== "boolean") {
    return rejectOf("unknown-side", "is_maker_ask", entry.is_maker_ask);
  }
  const id = idText(entry.trade_id);
  if (id === null) return rejectOf("shape", "trade_id", entry.trade_id);
  const price = entry.price ?? null;
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", price);
  const size = entry.size ?? null;
  if (size !== null && !isPositiveDecimal(size)) return rejectOf("size", "size", size);
  const quoteAmount = entry.usd_amount ?? null;
  if (quoteAmount !== null && !isPositiveDecimal(quoteAmount)) {
    return rejectOf("size", "usd_amount", quoteAmount);
  }
  const occurredAtMs = timeOfNumber(entry.timestamp);
  if (occurredAtMs === null) return rejectOf("time", "timestamp", entry.timestamp);
  const order = idText(entry.is_maker_ask ? entry.bid_id : entry.ask_id);
  return {
    symbol: market,
    kind,
    price,
    size,
    quoteAmount,
    occurredAtMs,
    id,
    history,
    positionSide: entry.is_maker_ask ? "short" : "long",
    priceKind: "fill",
    isInverse: false,
    // One forced order fills against many makers; its id is one of the market's.
    orderKey: order === null ? null : `${market}:${order}`,
  };
}

function decodeAnswer(root: Fields): Decoded {
  const { type, error } = root;
  if (isFields(error)) return decodeError(error);
  switch (type) {
    case "ping":
      return controlFrame({ type: "heartbeat", reply: '{"type":"pong"}' });
    case "pong":
      return controlFrame({ type: "heartbeat", reply: null });
    case "unsubscribed": {
      const topic = saidText(root.channel).replace(":", "/");
      return controlFrame({ type: "ack", topics: [topic], id: null });
    }
    case "connected":
      return IGNORED;
    default: {
      const isRest = type === undefined && typeof root.code === "number";
      if (isRest) return IGNORED;
      return refusedFrame(typeof type === "string" ? "unknown-kind" : "shape", "type", type);
    }
  }
}

/** Errors name no topic; a frame holds one, so they answer for the oldest frame in flight. */
function decodeError(error: Fields): Decoded {
  const { code } = error;
  if (code === ALREADY_SUBSCRIBED) return controlFrame({ type: "ack", topics: null, id: null });
  // Not about a topic: what stays unanswered costs the connection, which rests before the next try.
  if (TOO_MUCH.has(code)) return IGNORED;
  const reason = `${saidText(error.message)} (${saidText(code)})`;
  return controlFrame({ type: "refused", topics: null, id: null, reason });
}

/** Spot markets stand in the same list and have no positions. */
function parseMarkets(page: unknown) {
  const listed = isFields(page) ? page.order_books : page;
  const perps = Array.isArray(listed)
    ? listed.filter((entry) => !isFields(entry) || isListedPerp(entry))
    : listed;
  return readListing(perps, instrumentOf);
}

function isListedPerp({ market_type: kind, status }: Fields): boolean {
  return kind !== "spot" && (isAbsent(status) || status === "active");
}

function instrumentOf({ symbol, market_id: id }: Fields): Instrument | null {
  if (!isSymbol(symbol) || typeof id !== "number" || !Number.isInteger(id) || id < 0) return null;
  const market = `${symbol}/USDC:USDC`;
  const money = { quote: "USDC", isInverse: false, contractSize: null };
  return { symbol, wireName: String(id), market, ...splitMultiplier(symbol), ...money };
}

export const lighter: Venue<null> = {
  id: "lighter",
  title: "Lighter",
  restUrl: "https://mainnet.zklighter.elliot.ai",
  channels: [
    {
      name: "stream",
      url: "wss://mainnet.zklighter.elliot.ai/stream",
      headers: {},
      topics: (instruments) =>
        instruments.map(({ symbol, wireName }) => `trade/${wireName ?? symbol}`),
      // 500 are documented now, 100 were a while ago.
      topicsPerConnectionMax: 100,
    },
  ],
  sizeUnit: { linear: "base", inverse: "base" },
  completeness: "partial",
  completenessNote:
    "Lighter publishes every liquidation fill on its books; take-overs by its insurance fund may be missing.",
  completenessShort: "liquidations filled on its books",
  sideRule: {
    rule: "the taker is liquidated: `is_maker_ask` false = it sold, long; true = it bought, short",
    sentence: "The taker is the liquidated account, and the maker is the counterparty.",
    link: "https://docs.allium.so/historical-data/supported-blockchains/lighter/dex/liquidations",
  },
  sizeRule: "`usd_amount` is the money (`size` coins x `price`).",
  identity: "`trade_id`; fills of one order share the taker's order id",
  replay: "the last 50 liquidations of every market on each subscribe: history",
  confidence: "high",
  unconfirmed: "a live frame with a liquidation, whether take-overs are in it, resending",
  checkedOn: "2026-11-20",
  // "Keep-alive: send something at least every 2 minutes", whatever arrives.
  heartbeat: { everyMs: 30_000, payload: null, isUnconditional: true },
  silenceMsMax: 65_000,
  needles: ['"liquidation"', '"deleverage"'],
  // Per address: 255 connections a minute (100 in older copies); 200 client messages a minute, 80 in
  // other software, and 50 of them unanswered.
  limits: {
    connectsPer5Min: 60,
    sendsPerSecond: 1,
    sendsAreShared: true,

    frameBytesMax: 2_097_152,
    connectionLifeMs: null,
  },
  instruments: [{ path: "/api/v1/orderBooks", parse: parseMarkets }],
  // One market per frame; nothing but the market comes back.
  request: (op, topics, firstId) =>
    topics.map((channel, index) => {
      const id = String(firstId + index);
      return { id, topics: [channel], text: JSON.stringify({ type: op, channel }) };
    }),
  start: () => null,
  decode,
};
