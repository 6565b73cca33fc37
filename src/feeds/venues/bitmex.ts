/**
 * BitMEX: the table of liquidation orders that are in the book. An order is told when it is
 * inserted, and once more for what it has grown by: repricing, partial fills and a second insert of
 * the same order are no new liquidations. The table has no times, so rows occur when received.
 * https://www.bitmex.com/app/wsAPI
 */
import type { Draft, Fields } from "../fields.ts";
import {
  controlFrame,
  decimalText,
  IGNORED,
  isFields,
  isPositiveDecimal,
  isSymbol,
  parseJson,
  refusedFrame,
  rejectOf,
  saidText,
  take,
} from "../fields.ts";
import { deliverySuffix, readListing, splitMultiplier } from "../listing.ts";
import type { Decoded, Instrument, Reject, Row, Venue } from "../venue.ts";

const TABLE = "liquidation";
const OTHER_TABLE =
  /^(?:announcement|chat|connected|funding|instrument|insurance|orderBook\w*|publicNotifications|quote\w*|settlement|trade\w*)$/;
const ORDER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Orders remembered per connection, so that one that comes back is not counted again. */
const ORDERS_MAX = 10_000;

interface Order {
  readonly symbol: string;
  readonly positionSide: Row["positionSide"];
  price: string;
  /** The most that was ever left of it, contracts. */
  most: number;
}

interface State {
  /** By order id; the oldest is forgotten first. */
  readonly orders: Record<string, Order>;
  /** How many that are; counting the keys of a large object at every frame would be slow. */
  count: number;
}

function decode(text: string, state: State): Decoded {
  if (text === "pong" || text === "ping") return controlFrame({ type: "heartbeat", reply: null });
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  const { table } = root;
  if (table === TABLE) return decodeTable(root, state);
  if (typeof table === "string") {
    return OTHER_TABLE.test(table) ? IGNORED : refusedFrame("unknown-kind", "table", table);
  }
  if (root.success === true) {
    const topic = root.subscribe ?? root.unsubscribe;
    return controlFrame({ type: "ack", topics: isSymbol(topic) ? [topic] : null, id: null });
  }
  if (root.error !== undefined) {
    const reason = `${saidText(root.error)} (${saidText(root.status)})`;
    return controlFrame({ type: "refused", topics: null, id: null, reason });
  }
  const isKnown = root.info !== undefined || isSymbol(root.symbol);
  return isKnown ? IGNORED : refusedFrame("shape", "frame", root);
}

function decodeTable({ action, data }: Fields, state: State): Decoded {
  if (!Array.isArray(data)) return refusedFrame("shape", "data", data);
  if (action === "delete") return IGNORED;
  if (action !== "partial" && action !== "insert" && action !== "update") {
    return refusedFrame("unknown-kind", "action", action);
  }
  const draft: Draft = { rows: [], rejects: [] };
  for (const entry of data) {
    const read = isFields(entry)
      ? readEntry(entry, action, state)
      : rejectOf("shape", "data[]", entry);
    if (read !== null) take(draft, read);
  }
  const isQuiet = draft.rows.length + draft.rejects.length === 0;
  if (isQuiet) return IGNORED;
  return { rows: draft.rows, rejects: draft.rejects, control: null, pushedAtMs: null };
}

/** null = nothing that was not counted before. */
function readEntry(entry: Fields, action: string, state: State): Row | Reject | null {
  const { orderID: id } = entry;
  if (typeof id !== "string" || !ORDER_ID.test(id)) return rejectOf("shape", "orderID", id);
  const known = state.orders[id];
  if (known !== undefined) return growthOf(id, known, entry);
  // An update names only what changed: without the insert its side is not known.
  if (action === "update") return null;
  const order = readOrder(entry);
  if ("reason" in order) return order;
  remember(state, id, order);
  return rowOfOrder(order, {
    id,
    orderKey: id,
    contracts: order.most,
    history: action === "partial",
  });
}

function readOrder(entry: Fields): Order | Reject {
  const { symbol } = entry;
  if (!isSymbol(symbol)) return rejectOf("shape", "symbol", symbol);
  const positionSide = entry.side === "Sell" ? "long" : entry.side === "Buy" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "side", entry.side);
  const price = decimalText(entry.price);
  if (!isPositiveDecimal(price)) return rejectOf("price", "price", entry.price);
  const most = entry.leavesQty;
  if (!isContracts(most)) return rejectOf("size", "leavesQty", most);
  return { symbol, positionSide, price, most };
}

/** The live log of 2024 shows an order that grew from 12,900 to 21,600 contracts after its insert. */
function growthOf(id: string, order: Order, entry: Fields): Row | Reject | null {
  const price = entry.price === undefined ? order.price : decimalText(entry.price);
  if (!isPositiveDecimal(price)) return rejectOf("price", "price", entry.price);
  order.price = price;
  const left = entry.leavesQty;
  if (left === undefined || left === 0) return null;
  if (!isContracts(left)) return rejectOf("size", "leavesQty", left);
  if (left <= order.most) return null;
  const contracts = left - order.most;
  order.most = left;
  return rowOfOrder(order, { id: `${id}|${left}`, orderKey: id, contracts, history: false });
}

function rowOfOrder(
  { symbol, positionSide, price }: Order,
  more: Pick<Row, "id" | "orderKey" | "history"> & { readonly contracts: number },
): Row {
  // One literal: the decoders run for every frame, and spreading is ten times slower.
  return {
    symbol,
    positionSide,
    kind: "liquidation",
    price,
    priceKind: "bankruptcy",
    size: String(more.contracts),
    quoteAmount: null,
    isInverse: null,
    occurredAtMs: null,
    id: more.id,
    orderKey: more.orderKey,
    history: more.history,
  };
}

function isContracts(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function remember(state: State, id: string, order: Order): void {
  state.orders[id] = order;
  state.count += 1;
  if (state.count <= ORDERS_MAX) return;
  for (const oldest in state.orders) {
    delete state.orders[oldest];
    state.count -= 1;
    return;
  }
}

/** Perpetuals and futures have a type that begins with FF; indices and spot pairs do not. */
function instrumentOf(entry: Fields): Instrument | null {
  const { symbol, underlying, quoteCurrency: quote, typ, isInverse, isQuanto } = entry;
  if (!isSymbol(symbol) || !isSymbol(underlying) || !isSymbol(quote)) return null;
  if (typeof typ !== "string" || !typ.startsWith("FF") || typeof isInverse !== "boolean")
    return null;
  const base = coinOf(underlying);
  const settle = typeof entry.settlCurrency === "string" ? coinOf(entry.settlCurrency) : quote;
  const deliveryMs = typeof entry.expiry === "string" ? Date.parse(entry.expiry) : Number.NaN;
  const date = Number.isFinite(deliveryMs) ? deliverySuffix(deliveryMs) : "";
  const market = `${base}/${quote}:${settle}${date}`;
  const contractSize = isQuanto === true ? null : contractSizeOf(entry, isInverse);
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize };
}

/** Settlement currencies are named by their smallest unit: XBt, USDt. */
function coinOf(name: string): string {
  const coin = name.toUpperCase();
  return coin === "XBT" ? "BTC" : coin;
}

/**
 * Inverse: USD per contract. Linear: coins per contract, one over `underlyingToPositionMultiplier`,
 * which is a power of ten. Quanto contracts are worth bitcoins at a rate that is not in the frame.
 */
function contractSizeOf(entry: Fields, isInverse: boolean): string | null {
  const { multiplier, underlyingToSettleMultiplier: settle } = entry;
  if (isInverse) return multiplier === settle && multiplier !== undefined ? "1" : null;
  const perCoin = entry.underlyingToPositionMultiplier;
  if (typeof perCoin !== "number" || !/^10*$/.test(String(perCoin))) return null;
  const zeros = String(perCoin).length - 1;
  return zeros === 0 ? "1" : `0.${"1".padStart(zeros, "0")}`;
}

export const bitmex: Venue<State> = {
  id: "bitmex",
  title: "BitMEX",
  restUrl: "https://www.bitmex.com",
  channels: [
    {
      name: "realtime",
      url: "wss://ws.bitmex.com/realtime",
      headers: {},
      topics: () => [TABLE],
      topicsPerConnectionMax: 20,
    },
  ],
  sizeUnit: { linear: "contracts", inverse: "contracts" },
  completeness: "partial",
  completenessNote:
    "BitMEX shows liquidation orders in its book, at the bankruptcy price and not at their fills; an order may end unfilled, and contracts settled in another coin have no money here.",
  completenessShort: "orders in the book, not fills",
  sideRule: {
    rule: "`side` is the side of the liquidation order: Sell = long liquidated, Buy = short liquidated",
    sentence:
      "The trading engine places a limit sell order at the bankruptcy price (the example of a long position)",
    link: "https://www.bitmex.com/app/liquidationExamples",
  },
  sizeRule:
    "Inverse: `leavesQty` x 1 USD; coins = USD / `price`. Linear: `leavesQty` / underlyingToPositionMultiplier coins x `price`. Quanto: unknown, so no money.",
  identity: "`orderID`, with the contracts left where an order grew",
  replay: "the table as it stands on subscribe: history",
  confidence: "high",
  unconfirmed: "whether stepwise fill-or-kill orders are shown, limits of connections",
  checkedOn: "2026-11-20",
  heartbeat: { everyMs: 5_000, payload: "ping" },
  silenceMsMax: 20_000,
  needles: [],
  // A greeting of 2024 says that 720 connections are left, without saying for how long.
  limits: {
    connectsPer5Min: 20,
    sendsPerSecond: 1,
    frameBytesMax: 1_048_576,
    connectionLifeMs: null,
  },
  instruments: [
    {
      path: "/api/v1/instrument/active",
      parse: (page) =>
        readListing(Array.isArray(page) ? page.filter(isContract) : page, instrumentOf),
    },
  ],
  request: (op, topics, firstId) =>
    topics.map((topic, index) => ({
      id: String(firstId + index),
      topics: [topic],
      text: JSON.stringify({ op, args: [topic] }),
    })),
  start: () => ({ orders: {}, count: 0 }),
  decode,
};

/** Spot pairs and indices stand in the same list and are no contracts. */
function isContract(entry: unknown): boolean {
  return !isFields(entry) || typeof entry.typ !== "string" || entry.typ.startsWith("FF");
}
