/**
 * Orderly Network, whose books stand behind many front-ends. Liquidated positions are handed over to
 * liquidators, not sold on the books; the list of them is asked for over REST, because the pushed
 * one has no prices. Frames of the pushed list and rows of the public info API are read all the same.
 * https://orderly.network/docs/build-on-omnichain/restful-api/public/get-liquidated-positions-info
 */
import type { PositionSide } from "../../liquidation.ts";
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  decimalText,
  echoedId,
  IGNORED,
  idText,
  isAbsent,
  isFields,
  isPositiveDecimal,
  isSymbol,
  isZeroDecimal,
  parseJson,
  refusedFrame,
  rejectOf,
  saidText,
  take,
  timeOfNumber,
} from "../fields.ts";
import { readListing, splitMultiplier } from "../listing.ts";
import {
  type DecodeContext,
  type Decoded,
  type Instrument,
  NO_SOCKETS,
  type Reject,
  type Row,
  type Venue,
} from "../venue.ts";

const PATH = "/v1/public/liquidated_positions";
/** About 100 a day were counted; more than this on a page are read with a second look-up. */
const PAGE_ROWS = 500;

function decode(text: string, _state: unknown, context: DecodeContext): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "answer", text);
  if (!isFields(root)) return refusedFrame("shape", "answer", root);
  const { event, success, data, topic } = root;
  if (event !== undefined) return answerTo(root);
  if (success === false) {
    return controlFrame({
      type: "refused",
      topics: null,
      id: null,
      reason: saidText(root.message),
    });
  }
  const list = topic === "liquidation" ? data : isFields(data) ? data.rows : undefined;
  if (!Array.isArray(list)) return refusedFrame("shape", "data", data);
  const draft: Draft = { rows: [], rejects: [] };
  for (const read of list.flatMap((entry) => readEntry(entry, context))) take(draft, read);
  const isQuiet = draft.rows.length + draft.rejects.length === 0;
  return isQuiet ? IGNORED : { ...draft, control: null, pushedAtMs: null };
}

/** What the socket says besides lists. */
function answerTo({ event, id, success }: Fields): Decoded {
  const reply = JSON.stringify({ event: "pong" });
  if (event === "ping") return controlFrame({ type: "heartbeat", reply });
  if (event !== "subscribe" && event !== "unsubscribe") return IGNORED;
  const known = { topics: null, id: echoedId(id) };
  if (success !== false) return controlFrame({ type: "ack", ...known });
  return controlFrame({ type: "refused", ...known, reason: `${event} was refused` });
}

function readEntry(entry: unknown, context: DecodeContext): readonly (Row | Reject)[] {
  if (!isFields(entry)) return [rejectOf("shape", "row", entry)];
  const { type } = entry;
  // A claim takes positions over from the insurance fund: for their owners they were closed before.
  if (type === "claim") return [];
  const isKnown = isAbsent(type) || type === "liquidated";
  if (!isKnown) return [rejectOf("unknown-kind", "type", type)];
  const positions = entry.positions_by_perp ?? entry.positionsByPerp ?? [entry];
  if (!Array.isArray(positions)) return [rejectOf("shape", "positions", positions)];
  return positions.flatMap((position) => readPosition(position, entry, context));
}

/** Nothing for a zero: a liquidation that goes on is listed again with the positions that are gone. */
function readPosition(position: unknown, entry: Fields, context: DecodeContext): (Row | Reject)[] {
  if (!isFields(position)) return [rejectOf("shape", "position", position)];
  const quantity = decimalText(position.position_qty ?? position.positionQty);
  return isZeroDecimal(quantity) ? [] : [rowOf({ position, quantity, entry }, context)];
}

function rowOf(
  { position, quantity, entry }: { position: Fields; quantity: unknown; entry: Fields },
  { subscribedAtMs }: DecodeContext,
): Row | Reject {
  const { symbol, side } = position;
  if (!isSymbol(symbol)) return rejectOf("shape", "symbol", symbol);
  const size = unsigned(quantity);
  if (!isPositiveDecimal(size)) return rejectOf("size", "position_qty", quantity);
  const positionSide = sideOf(side, quantity);
  if (positionSide === null) return rejectOf("unknown-side", "side", side);
  const price = decimalText(position.transfer_price ?? position.mark_price ?? null);
  if (price !== null && !isPositiveDecimal(price)) return rejectOf("price", "price", price);
  const occurredAtMs = timeOfNumber(entry.timestamp);
  if (occurredAtMs === null) return rejectOf("time", "timestamp", entry.timestamp);
  const money = unsigned(decimalText(position.cost_position_transfer ?? position.notional));
  return {
    symbol,
    positionSide,
    size,
    price,
    occurredAtMs,
    kind: "liquidation",
    priceKind: "fill",
    quoteAmount: isPositiveDecimal(money) ? money : null,
    isInverse: false,
    // Together with the symbol: one account's liquidation closes several positions.
    id: idText(entry.liquidation_id ?? entry.liquidationId),
    orderKey: null,
    history: subscribedAtMs !== null && occurredAtMs < subscribedAtMs,
  };
}

function sideOf(named: unknown, quantity: unknown): PositionSide | null {
  if (isAbsent(named)) return String(quantity).startsWith("-") ? "short" : "long";
  return named === "LONG" ? "long" : named === "SHORT" ? "short" : null;
}

function unsigned(text: unknown): unknown {
  return typeof text === "string" && text.startsWith("-") ? text.slice(1) : text;
}

/** What rows are asked for, from the ones before: `page` was measured to answer nothing beyond 1. */
function nextPath(page: unknown, path: string): string | null {
  const data = isFields(page) && isFields(page.data) ? page.data : {};
  const { rows, meta } = data;
  if (!Array.isArray(rows) || !isFields(meta)) return null;
  const [first, last] = [rows[0], rows.at(-1)].map((row) =>
    isFields(row) ? timeOfNumber(row.timestamp) : null,
  );
  const isFull = rows.length > 1 && rows.length === meta.records_per_page;
  if (!isFull || typeof first !== "number" || typeof last !== "number") return null;
  const url = new URL(path, orderly.restUrl);
  // The order of the list is not documented; the edge itself is asked for again, its keys are known.
  url.searchParams.set(first >= last ? "end_t" : "start_t", String(last));
  const next = url.pathname + url.search;
  return next === path ? null : next;
}

function parseSymbols(page: unknown) {
  return readListing(isFields(page) && isFields(page.data) ? page.data.rows : page, instrumentOf);
}

/** `PERP_ETH_USDC`. */
function instrumentOf({ symbol }: Fields): Instrument | null {
  const base = isSymbol(symbol) ? /^PERP_(.+)_USDC$/.exec(symbol)?.[1] : undefined;
  if (base === undefined || !isSymbol(symbol)) return null;
  const money = { quote: "USDC", isInverse: false, contractSize: null };
  return { symbol, market: `${base}/USDC:USDC`, ...splitMultiplier(base), ...money };
}

export const orderly: Venue<null> = {
  ...NO_SOCKETS,
  id: "orderly",
  title: "Orderly",
  restUrl: "https://api.orderly.org",
  poll: {
    everyMs: 15_000,
    // "Limit: 10 requests per 1 second per IP address"; a fifth of it.
    requestsPerSecond: 2,
    // A row that cannot be read stands in 16 rounds: fewer than make a venue count as unreadable.
    overlapMs: 240_000,
    backfillMs: 86_400_000,
    topics: () => ["all"],
    path: (_topic, sinceMs) => `${PATH}?start_t=${sinceMs}&size=${PAGE_ROWS}`,
    next: nextPath,
  },
  sizeUnit: { linear: "base", inverse: "base" },
  completeness: "delayed",
  completenessNote:
    "Orderly lists liquidated positions, which liqwatch asks for every 15 s; they are handed to liquidators, not sold on its books.",
  completenessShort: "asked for every 15 s",
  maxLagMs: 45_000,
  sideRule: {
    rule: "the sign of `position_qty` is the position's: above 0 = long liquidated, below 0 = short (measured: 257 of 268 fit the price move)",
    sentence: "side: LONG (liquidated long) or SHORT",
    link: "https://orderly.network/docs/build-on-omnichain/public-info-api/market/liquidations",
  },
  sizeRule: "`cost_position_transfer` is the money (`position_qty` coins x `transfer_price`).",
  identity: "`liquidation_id` and the symbol; each position is an order",
  replay: "the first look-up lists the day before: history",
  confidence: "medium",
  unconfirmed:
    "the sign of `position_qty` as the side (measured, not documented), the order of the list, the largest page, what rows of type claim are",
  checkedOn: "2026-11-20",
  instruments: [{ path: "/v1/public/info", parse: parseSymbols }],
  start: () => null,
  decode,
};
