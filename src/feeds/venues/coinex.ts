/**
 * CoinEx: a list of liquidated positions over REST, one market per look-up. CoinEx ended its futures
 * on 2026-09-22 ("Futures services will cease",
 * https://coinex-announcement.zendesk.com/hc/en-us/articles/53539656293908), so this venue is off
 * unless the settings turn it on. https://docs.coinex.com/api/v2/futures/market/http/list-market-liquidation-history
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
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

const PAGE_ROWS = 100;

/** "Service busy", "service unavailable", "rate limit triggered": https://docs.coinex.com/api/v2/rate-limit */
const BUSY_CODES: ReadonlySet<unknown> = new Set([3008, 4001, 4213]);

function decode(text: string, _state: unknown, context: DecodeContext): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "answer", text);
  if (!isFields(root)) return refusedFrame("shape", "answer", root);
  const { code, data, message } = root;
  if (typeof code === "number" && code !== 0) return errorOf(code, saidText(message));
  if (!Array.isArray(data)) return refusedFrame("shape", "data", data);
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of data) {
    if (isFields(entry)) take(draft, readRow(entry, context));
    else draft.rejects.push(rejectOf("shape", "data[]", entry));
  }
  return data.length === 0 ? IGNORED : { ...draft, control: null, pushedAtMs: null };
}

function errorOf(code: number, message: string): Decoded {
  const reason = `${message} (code ${code})`;
  if (BUSY_CODES.has(code)) return controlFrame({ type: "closing", reason });
  return controlFrame({ type: "refused", topics: null, id: null, reason });
}

function readRow(entry: Fields, { subscribedAtMs }: DecodeContext): Row | Reject {
  const symbol = trimmed(entry.market);
  if (!isSymbol(symbol)) return rejectOf("shape", "market", entry.market);
  const { side: positionSide, liq_amount: size, created_at: createdAt } = entry;
  if (positionSide !== "long" && positionSide !== "short") {
    return rejectOf("unknown-side", "side", positionSide);
  }
  // The documentation prints the name in two ways.
  const price = entry.bkr_price ?? entry.brk_price;
  if (!isPositiveDecimal(price)) return rejectOf("price", "bkr_price", price);
  if (!isPositiveDecimal(size)) return rejectOf("size", "liq_amount", size);
  const occurredAtMs = timeOfNumber(createdAt);
  if (occurredAtMs === null) return rejectOf("time", "created_at", createdAt);
  return rowOf({
    symbol,
    positionSide,
    price,
    size,
    occurredAtMs,
    isInverse: null,
    priceKind: "bankruptcy",
    history: subscribedAtMs !== null && occurredAtMs < subscribedAtMs,
  });
}

/** The documentation's own sample has a blank before the name. */
function trimmed(value: unknown): unknown {
  return typeof value === "string" ? value.trim() : value;
}

function nextPath(page: unknown, path: string): string | null {
  const hasNext = isFields(page) && isFields(page.pagination) && page.pagination.has_next === true;
  if (!hasNext) return null;
  const url = new URL(path, coinex.restUrl);
  url.searchParams.set("page", String(Number(url.searchParams.get("page") ?? 1) + 1));
  return url.pathname + url.search;
}

function parseMarkets(page: unknown) {
  return readListing(isFields(page) ? page.data : page, instrumentOf);
}

function instrumentOf(entry: Fields): Instrument | null {
  const { market, contract_type: type, base_ccy: base, quote_ccy: quote } = entry;
  const symbol = trimmed(market);
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote)) return null;
  if (type !== "linear" && type !== "inverse") return null;
  const isInverse = type === "inverse";
  const unified = `${base}/${quote}:${isInverse ? base : quote}`;
  return {
    symbol,
    market: unified,
    ...splitMultiplier(base),
    quote,
    isInverse,
    contractSize: null,
  };
}

export const coinex: Venue<null> = {
  ...NO_SOCKETS,
  id: "coinex",
  title: "CoinEx",
  restUrl: "https://api.coinex.com",
  isOff: true,
  poll: {
    everyMs: 60_000,
    everyMsMin: 40_000,
    // The limit of an address is 400 a second for everything; five a second were seen to be served.
    requestsPerSecond: 5,
    overlapMs: 600_000,
    backfillMs: 3_600_000,
    topics: (instruments) => instruments.map(({ symbol }) => symbol),
    path: (market, sinceMs) =>
      `/v2/futures/liquidation-history?market=${encodeURIComponent(market)}&start_time=${sinceMs}&limit=${PAGE_ROWS}`,
    next: nextPath,
  },
  // `liq_amount` is taken for coins; of the two coin-margined contracts the unit is not documented.
  sizeUnit: { linear: "base", inverse: "unknown" },
  completeness: "delayed",
  completenessNote:
    "CoinEx ended its futures on 2026-09-22; its list of liquidated positions still answers and is asked for every minute where this venue is turned on.",
  completenessShort: "futures ended; asked every 60 s",
  maxLagMs: 120_000,
  sideRule: {
    rule: "`side` is the side of the position: long = long liquidated, short = short liquidated",
    sentence: "side: Position side",
    link: "https://docs.coinex.com/api/v2/futures/market/http/list-market-liquidation-history",
  },
  sizeRule:
    "Linear: `liq_amount` coins x `bkr_price`. Coin-margined: unit not documented, no money.",
  identity: "none: all fields of a row, counted within one answer; each row is an order",
  replay: "the first look-up lists an hour: history",
  confidence: "medium",
  unconfirmed: "the unit of `liq_amount`, the order of the list, how long it is kept",
  checkedOn: "2026-11-20",
  instruments: [{ path: "/v2/futures/market", parse: parseMarkets }],
  start: () => null,
  decode,
};
