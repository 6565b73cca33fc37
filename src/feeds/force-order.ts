/**
 * The frames of Binance's futures streams and of venues that were built after them (Aster): one
 * all-market stream of forced orders, wrapped or bare, and a probe that lists what is subscribed.
 */

import type { Draft, Fields } from "./fields.ts";
import {
  controlFrame,
  echoedId,
  IGNORED,
  isAbsent,
  isFields,
  isPositiveDecimal,
  isSymbol,
  isZeroDecimal,
  parseJson,
  refusedFrame,
  rejectOf,
  rowOf,
  saidText,
  take,
  timeOfNumber,
} from "./fields.ts";
import { deliverySuffix, readListing, splitMultiplier } from "./listing.ts";
import type {
  Decoded,
  Heartbeat,
  Instrument,
  InstrumentSource,
  Reject,
  Row,
  SubscribeRequest,
  Venue,
} from "./venue.ts";

/** The stream of all markets. */
export const FORCE_ORDERS = "!forceOrder@arr";

/** The id of the probe that asks which streams are subscribed; our own requests count from 1. */
const PROBE_ID = 999_999_999;

/** An open socket proves little; this answer proves that the subscription is in place. */
export const PROBE: Heartbeat = {
  everyMs: 30_000,
  payload: `{"method":"LIST_SUBSCRIPTIONS","id":${PROBE_ID}}`,
};

/** REST samples and listings that may stand in a file of frames. */
const REST_KEYS = ["symbol", "symbols", "serverTime", "rateLimits"];

/** One frame, of whichever of these venues. */
export function decodeForceOrders(text: string): Decoded {
  const root = parseJson(text);
  if (root === undefined) return refusedFrame("json", "frame", text);
  if (Array.isArray(root)) return decodeEvents(root);
  if (!isFields(root)) return refusedFrame("shape", "frame", root);
  if (root.e !== undefined) return decodeEvents([root]);
  if (typeof root.stream === "string") {
    return decodeEvents(Array.isArray(root.data) ? root.data : [root.data]);
  }
  return decodeAnswer(root);
}

function decodeEvents(events: readonly unknown[]): Decoded {
  const draft: Draft = { rows: [], rejects: [] };
  let pushedAtMs: number | null = null;
  let isRestPage = events.length > 0;
  for (const event of events) {
    if (isFields(event) && event.e === "forceOrder") {
      take(draft, readOrder(event));
      pushedAtMs = timeOfNumber(event.E) ?? pushedAtMs;
    } else if (isFields(event) && typeof event.e === "string") {
      draft.rejects.push(rejectOf("unknown-kind", "e", event.e));
    } else if (isFields(event) && isRest(event)) {
      continue;
    } else {
      draft.rejects.push(rejectOf("shape", "event", event));
    }
    isRestPage = false;
  }
  if (isRestPage) return IGNORED;
  if (events.length === 0) return refusedFrame("shape", "frame", events);
  return { rows: draft.rows, control: null, rejects: draft.rejects, pushedAtMs };
}

function readOrder(event: Fields): Row | Reject {
  const order = event.o;
  if (!isFields(order)) return rejectOf("shape", "o", order);
  const symbol = order.s;
  if (!isSymbol(symbol)) return rejectOf("shape", "o.s", symbol);
  const positionSide = order.S === "SELL" ? "long" : order.S === "BUY" ? "short" : null;
  if (positionSide === null) return rejectOf("unknown-side", "o.S", order.S);
  // `ap` is 0 while nothing is filled; `p` is the limit of the order, near the bankruptcy price.
  const isFill = !isAbsent(order.ap) && !isZeroDecimal(order.ap);
  const price = (isFill ? order.ap : (order.p ?? order.ap)) ?? null;
  if (price !== null && !isPositiveDecimal(price)) {
    return rejectOf("price", isFill ? "o.ap" : "o.p", price);
  }
  // `l` is only the last fill: 38 of 1861 in a capture, and once more than the whole.
  const size = order.z ?? order.q ?? null;
  if (size !== null && !isPositiveDecimal(size)) {
    return rejectOf("size", isAbsent(order.z) ? "o.q" : "o.z", size);
  }
  const occurredAtMs = timeOfNumber(order.T);
  if (occurredAtMs === null) return rejectOf("time", "o.T", order.T);
  const product = order.st ?? event.st;
  return rowOf({
    symbol,
    positionSide,
    price,
    priceKind: isFill ? "fill" : "order",
    size,
    isInverse: product === 1 ? false : product === 2 ? true : null,
    occurredAtMs,
    history: false,
  });
}

function decodeAnswer(root: Fields): Decoded {
  const id = echoedId(root.id);
  const error = isFields(root.error) ? root.error : root;
  if (error.code !== undefined && error.msg !== undefined) {
    const reason = `${saidText(error.msg)} (${saidText(error.code)})`;
    return controlFrame({ type: "refused", topics: null, id, reason });
  }
  if (root.result === null) return controlFrame({ type: "ack", topics: null, id });
  if (Array.isArray(root.result)) {
    const topics = root.result.filter(isSymbol);
    if (id !== String(PROBE_ID)) return controlFrame({ type: "ack", topics, id });
    return topics.includes(FORCE_ORDERS)
      ? controlFrame({ type: "heartbeat", reply: null })
      : controlFrame({ type: "closing", reason: `${FORCE_ORDERS} is no longer subscribed` });
  }
  return isRest(root) ? IGNORED : refusedFrame("shape", "frame", root);
}

function isRest(fields: Fields): boolean {
  return REST_KEYS.some((key) => Object.hasOwn(fields, key));
}

/** `contractSize` stands only in COIN-M listings, where a contract is worth that many USD. */
export function parseContractList(page: unknown): ReturnType<InstrumentSource["parse"]> {
  return readListing(isFields(page) ? page.symbols : page, instrumentOf);
}

function instrumentOf(entry: Fields): Instrument | null {
  const { symbol, baseAsset: base, quoteAsset: quote, marginAsset: settle } = entry;
  if (!isSymbol(symbol) || !isSymbol(base) || !isSymbol(quote) || !isSymbol(settle)) return null;
  const isInverse = entry.contractSize !== undefined;
  // The listing writes it as a JSON number.
  const contractSize = isInverse ? saidText(entry.contractSize) : null;
  if (contractSize !== null && !isPositiveDecimal(contractSize)) return null;
  // Dated contracts carry their day behind `_`; a perpetual's delivery date lies in the year 2100.
  const deliveryMs = timeOfNumber(entry.deliveryDate);
  const isDated = symbol.includes("_") && !symbol.endsWith("_PERP") && deliveryMs !== null;
  const market = `${base}/${quote}:${settle}${isDated ? deliverySuffix(deliveryMs) : ""}`;
  return { symbol, market, ...splitMultiplier(base), quote, isInverse, contractSize };
}

/** One frame for all topics; its answer echoes the id as a number. */
export const requestStreams: Venue["request"] = (op, topics, firstId): SubscribeRequest[] => [
  {
    id: String(firstId),
    topics,
    text: JSON.stringify({ method: op.toUpperCase(), params: topics, id: firstId }),
  },
];
