/**
 * Paradex: liquidations are trades of a type of their own. Its public stream is said to speak a
 * binary format only (SBE, since 2026-09-21; one implementer's note), so trades are asked for over
 * REST, market by market. https://docs.paradex.trade/api/prod/trades/trades
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
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

/** "Default page size is 100, maximum is 1000." */
const PAGE_ROWS = 1_000;

/** Transfers, settlements and agreed trades close positions too, but nobody was forced. */
const OTHER_TYPES: ReadonlySet<unknown> = new Set([
  ...["FILL", "RPI", "UNWIND_TRANSFER", "TRANSFER", "SETTLE_MARKET", "BLOCK_TRADE"],
]);

function decode(text: string, _state: unknown, context: DecodeContext): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "answer", text);
  if (!isFields(root)) return refusedFrame("shape", "answer", root);
  const { results, error, message, trade_type: type } = root;
  if (typeof error === "string") {
    const reason = `${error} ${saidText(message)}`.trim();
    return controlFrame({ type: "refused", topics: null, id: null, reason });
  }
  // A trade alone is read as well: recordings of single rows exist.
  const trades = type === undefined ? results : [root];
  if (!Array.isArray(trades)) return refusedFrame("shape", "results", results);
  const draft: Draft = { rows: [], rejects: [] };
  for (const trade of trades) readTrade(trade, { context, draft });
  const isQuiet = draft.rows.length + draft.rejects.length === 0;
  return isQuiet ? IGNORED : { ...draft, control: null, pushedAtMs: null };
}

function readTrade(
  trade: unknown,
  { context, draft }: { readonly context: DecodeContext; readonly draft: Draft },
): void {
  if (!isFields(trade)) draft.rejects.push(rejectOf("shape", "results[]", trade));
  else if (trade.trade_type === "LIQUIDATION") take(draft, rowOf(trade, context));
  else if (!OTHER_TYPES.has(trade.trade_type)) {
    draft.rejects.push(rejectOf("unknown-kind", "trade_type", trade.trade_type));
  }
}

function rowOf(trade: Fields, { subscribedAtMs }: DecodeContext): Row | Reject {
  const { market: symbol, side, price, size, created_at: createdAt } = trade;
  if (!isSymbol(symbol)) return rejectOf("shape", "market", symbol);
  const positionSide = side === "SELL" ? "long" : side === "BUY" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "side", side);
  if (!isPositiveDecimal(price)) return rejectOf("price", "price", price);
  if (!isPositiveDecimal(size)) return rejectOf("size", "size", size);
  const occurredAtMs = timeOfNumber(createdAt);
  if (occurredAtMs === null) return rejectOf("time", "created_at", createdAt);
  return {
    symbol,
    positionSide,
    price,
    size,
    occurredAtMs,
    kind: "liquidation",
    priceKind: "fill",
    quoteAmount: null,
    isInverse: false,
    // Unique per type of trade, and only one type is taken.
    id: idText(trade.id),
    orderKey: null,
    history: subscribedAtMs !== null && occurredAtMs < subscribedAtMs,
  };
}

function nextPath(page: unknown, path: string): string | null {
  const { next, results } = isFields(page) ? page : {};
  if (!Array.isArray(results) || results.length === 0) return null;
  if (typeof next !== "string" || next === "") return null;
  const url = new URL(path, paradex.restUrl);
  url.searchParams.set("cursor", next);
  return url.pathname + url.search;
}

function parseMarkets(page: unknown) {
  const markets = isFields(page) ? page.results : undefined;
  if (!Array.isArray(markets)) return readListing(markets, instrumentOf);
  // Perpetual and dated options stand in the same list.
  const isOption = (entry: unknown) =>
    isFields(entry) && String(entry.asset_kind).includes("OPTION");
  return readListing(
    markets.filter((entry) => !isOption(entry)),
    instrumentOf,
  );
}

/** `BTC-USD-PERP`, quoted in USD and settled in USDC. */
function instrumentOf(entry: Fields): Instrument | null {
  const { symbol, base_currency: base, quote_currency: quote, settlement_currency: settle } = entry;
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote) || !isSymbol(settle)) return null;
  const money = { quote, isInverse: false, contractSize: null };
  return { symbol, market: `${base}/${quote}:${settle}`, ...splitMultiplier(base), ...money };
}

export const paradex: Venue<null> = {
  ...NO_SOCKETS,
  id: "paradex",
  title: "Paradex",
  restUrl: "https://api.prod.paradex.trade",
  poll: {
    // About one liquidation per market in two hours was counted.
    everyMs: 120_000,
    everyMsMin: 5_000,
    // "1500 req/m per IP address": 25 a second; a fifth of it.
    requestsPerSecond: 5,
    overlapMs: 60_000,
    backfillMs: 600_000,
    topics: (instruments) => instruments.map(({ symbol }) => symbol),
    path: (market, sinceMs) =>
      `/v1/trades?market=${encodeURIComponent(market)}&page_size=${PAGE_ROWS}&start_at=${sinceMs}`,
    next: nextPath,
  },
  sizeUnit: { linear: "base", inverse: "base" },
  completeness: "delayed",
  completenessNote:
    "Every liquidation fill on Paradex's books is in its list of trades, which liqwatch asks for every 2 minutes; transfers outside the books are missing.",
  completenessShort: "asked for every 2 min",
  maxLagMs: 180_000,
  sideRule: {
    rule: "`side` is the taker, which is the liquidation order: SELL = long liquidated, BUY = short (measured: 204 of 213 fit the price move)",
    sentence: "The `side` field in the response indicates the taker side of the trade.",
    link: "https://docs.paradex.trade/api/prod/trades/trades",
  },
  sizeRule: "`size` coins x `price`.",
  identity: "`id`; each fill is an order",
  replay: "the first look-up lists ten minutes: history",
  confidence: "medium",
  unconfirmed: "that the stream speaks SBE only (one implementer), the names of all types of trade",
  checkedOn: "2026-11-20",
  needles: ['"LIQUIDATION"'],
  instruments: [{ path: "/v1/markets", parse: parseMarkets }],
  start: () => null,
  decode,
};
