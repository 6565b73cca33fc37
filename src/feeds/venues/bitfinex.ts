/**
 * Bitfinex derivatives and margin pairs: one status channel for all symbols. Every position is
 * told when its liquidation is triggered and again for each execution; the triggers are counted,
 * because only they give the whole size, once.
 * https://docs.bitfinex.com/reference/ws-public-status
 */
import type { Draft } from "../fields.ts";
import {
  controlFrame,
  decimalText,
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
import { readListing, splitMultiplier } from "../listing.ts";
import type { Decoded, Instrument, Reject, Row, Venue } from "../venue.ts";

const KEY = "liq:global";

/** Which number on this connection stands for liquidations; the venue says so when it subscribes. */
interface State {
  chanId: number | null;
}

function decode(text: string, state: State): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (Array.isArray(root)) return decodeData(root, state);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { event, key } = root;
  switch (event) {
    case "subscribed":
      if (key !== KEY) return IGNORED;
      state.chanId = typeof root.chanId === "number" ? root.chanId : null;
      return controlFrame({ type: "ack", topics: [KEY], id: null });
    case "unsubscribed":
      return controlFrame({ type: "ack", topics: null, id: null });
    case "error": {
      const reason = `${saidText(root.msg)} (${saidText(root.code)})`;
      return controlFrame({
        type: "refused",
        topics: key === KEY ? [KEY] : null,
        id: null,
        reason,
      });
    }
    case "pong":
      return controlFrame({ type: "heartbeat", reply: null });
    case "info":
      return decodeInfo(root.code);
    case "conf":
      return IGNORED;
    default:
      return event === undefined
        ? refusedFrame("shape", "frame", root)
        : refusedFrame("unknown-kind", "event", event);
  }
}

/** 20051: stop and reconnect; 20060: maintenance begins. */
function decodeInfo(code: unknown): Decoded {
  const isClosing = code === 20051 || code === 20060;
  return isClosing ? controlFrame({ type: "closing", reason: `info ${code}` }) : IGNORED;
}

/** `[chanId, body, ...]`; what stands behind the body are numbers that flags add. */
function decodeData([chanId, body]: readonly unknown[], state: State): Decoded {
  if (typeof chanId !== "number") return refusedFrame("shape", "chanId", chanId);
  if (body === "hb") return controlFrame({ type: "heartbeat", reply: null });
  if (!Array.isArray(body)) return refusedFrame("shape", "body", body);
  if (state.chanId !== null && chanId !== state.chanId) return IGNORED;
  // The status of derivatives has the same envelope, and begins with a time.
  const isStatus = body.length > 0 && body.every((value) => !Array.isArray(value));
  if (isStatus && typeof body[0] === "number") return IGNORED;
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of body) {
    const read = readPosition(entry);
    if (read !== null) take(draft, read);
  }
  const isQuiet = draft.rows.length + draft.rejects.length === 0;
  if (isQuiet) return IGNORED;
  return { rows: draft.rows, rejects: draft.rejects, control: null, pushedAtMs: null };
}

/** null = an execution of a position that was told by its trigger. */
function readPosition(entry: unknown): Row | Reject | null {
  if (!Array.isArray(entry) || entry[0] !== "pos") return rejectOf("shape", "body[]", entry);
  const [, id, atMs, , symbol, amount, , , isMatch, , , sold] = entry;
  if (isMatch === 1) return null;
  if (isMatch !== 0) return rejectOf("shape", "IS_MATCH", isMatch);
  if (!Number.isSafeInteger(id)) return rejectOf("shape", "POS_ID", id);
  if (!isSymbol(symbol)) return rejectOf("shape", "SYMBOL", symbol);
  if (typeof amount !== "number" || amount === 0) return rejectOf("size", "AMOUNT", amount);
  const size = decimalText(Math.abs(amount));
  if (!isPositiveDecimal(size)) return rejectOf("size", "AMOUNT", amount);
  // Index 6 is where the position was opened, which is no price of its liquidation.
  const price = isAbsent(sold) ? null : decimalText(sold);
  if (price !== null && !isPositiveDecimal(price)) {
    return rejectOf("price", "LIQUIDATION_PRICE", sold);
  }
  const occurredAtMs = timeOfNumber(atMs);
  if (occurredAtMs === null) return rejectOf("time", "TIME_MS", atMs);
  return {
    symbol,
    positionSide: amount > 0 ? "long" : "short",
    kind: "liquidation",
    price,
    priceKind: "bankruptcy",
    size,
    quoteAmount: null,
    isInverse: null,
    occurredAtMs,
    // One trigger per position: its executions have the same number and are not read.
    id: String(id),
    orderKey: null,
    history: false,
  };
}

/** Bitfinex's own names of coins, https://docs.bitfinex.com/docs/ws-general */
const COINS: Readonly<Record<string, string>> = { UST: "USDT", UDC: "USDC", ALG: "ALGO" };

/** `[["BTCF0:USTF0", "BTCUSD", ...]]`: names only. */
function instrumentOf(name: unknown): Instrument | null {
  if (!isSymbol(name)) return null;
  const isDerivative = name.includes("F0:");
  const [left = "", right = ""] = name.includes(":")
    ? name.split(":")
    : [name.slice(0, -3), name.slice(-3)];
  const base = coinOf(left);
  const quote = coinOf(right);
  if (base === "" || quote === "") return null;
  const market = isDerivative ? `${base}/${quote}:${quote}` : `${base}/${quote}`;
  const names = { symbol: `t${name}`, market, ...splitMultiplier(base), quote };
  return { ...names, isInverse: false, contractSize: null };
}

function coinOf(name: string): string {
  const coin = name.replace(/F0$/, "");
  return COINS[coin] ?? coin;
}

const listing = (page: unknown) =>
  readListing(
    Array.isArray(page) && Array.isArray(page[0])
      ? page[0].map((name) => ({ symbol: name }))
      : page,
    ({ symbol }) => instrumentOf(symbol),
  );

export const bitfinex: Venue<State> = {
  id: "bitfinex",
  title: "Bitfinex",
  restUrl: "https://api-pub.bitfinex.com",
  channels: [
    {
      name: "status",
      url: "wss://api-pub.bitfinex.com/ws/2",
      headers: {},
      topics: () => [KEY],
      topicsPerConnectionMax: 25,
    },
  ],
  sizeUnit: { linear: "base", inverse: "quote" },
  completeness: "complete",
  completenessNote:
    "Bitfinex publishes every liquidated position, those of margin trading on spot pairs included; a position without a price yet has no money here.",
  completenessShort: "every position, margin pairs too",
  sideRule: {
    rule: "The sign of AMOUNT is the position's: above 0 = long liquidated, below 0 = short liquidated",
    sentence: "Positive values means a long position, negative values means a short position",
    link: "https://docs.bitfinex.com/reference/ws-public-status",
  },
  sizeRule:
    "|AMOUNT| coins x the price at index 11; null there: no money, because index 6 is the price at which the position was opened.",
  identity: "`POS_ID` of the trigger",
  replay: "none is sent on subscribe",
  confidence: "high",
  unconfirmed: "whether every execution has a trigger",
  checkedOn: "2026-11-20",
  heartbeat: { everyMs: 20_000, payload: '{"event":"ping","cid":1}' },
  silenceMsMax: 45_000,
  needles: [],
  // 20 connections a minute per address; one channel of 25 is needed.
  limits: {
    connectsPer5Min: 20,
    sendsPerSecond: 2,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [
    { path: "/v2/conf/pub:list:pair:futures", parse: listing },
    { path: "/v2/conf/pub:list:pair:margin", parse: listing },
  ],
  request: (op, topics, firstId) =>
    topics.map((key, index) => {
      const id = String(firstId + index);
      const text = JSON.stringify({ event: op, channel: "status", key, cid: Number(id) });
      return { id, topics: [key], text };
    }),
  start: () => ({ chanId: null }),
  decode,
};
