/**
 * The interface of Binance's futures streams as seen from outside, for Binance and for Aster, which
 * was built after it: one all-market stream, at most one order per symbol and second, the rest never
 * published. What differs is data.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 * https://github.com/asterdex/api-docs
 */
import type { SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import type {
  SimulatedClient,
  SimulatedMessage,
  SimulatedProtocol,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";

const ALL_MARKET = "!forceOrder@arr";
const SAMPLE_MS = 1_000;
/** "A single connection can receive 10 incoming messages per second". */
const MESSAGES_PER_SECOND_MAX = 10;
/** The delivery date that Binance gives a perpetual. */
const NEVER_MS = 4_133_404_800_000;

export interface ForceOrderVenue {
  accepts(path: string): boolean;
  /** False for clients that are accepted and never get a liquidation. */
  serves(path: string): boolean;
  /** Which of two orders of one symbol and second is published. */
  choose(known: VenueOrder, later: VenueOrder): VenueOrder;
  /** What the venue adds to an order. */
  product(contract: SimulatedContract): object;
  rest(url: URL, host: SimulatorHost): object | null;
}

interface Sample {
  order: VenueOrder;
  readonly dueAtMs: number;
}

export function forceOrderProtocol(host: SimulatorHost, venue: ForceOrderVenue): SimulatedProtocol {
  const samples = new Map<string, Sample>();
  const spoken = new WeakMap<SimulatedClient, number[]>();
  return {
    accepts: venue.accepts,
    receive(client, text) {
      const nowMs = host.nowMs();
      const recent = (spoken.get(client) ?? []).filter((atMs) => nowMs - atMs < 1_000);
      spoken.set(client, [...recent, nowMs]);
      if (recent.length >= MESSAGES_PER_SECOND_MAX) client.cut(1008, "Too many requests");
      else answer(host, client, text);
    },
    take(order) {
      const { symbol } = order.contract;
      const sample = samples.get(symbol);
      if (sample === undefined) samples.set(symbol, { order, dueAtMs: host.nowMs() + SAMPLE_MS });
      else sample.order = venue.choose(sample.order, order);
    },
    release(nowMs) {
      const due = [...samples].filter(([, sample]) => sample.dueAtMs <= nowMs);
      for (const [symbol] of due) samples.delete(symbol);
      return due.map(([, sample]) => sample.order);
    },
    messages: (orders, nowMs) => orders.map((order) => forceOrder(order, venue, nowMs)),
    frameFor(client, { topic, body }) {
      if (!venue.serves(client.path)) return null;
      const isWrapped = client.path.includes("/stream");
      return JSON.stringify(isWrapped ? { stream: topic, data: body } : body);
    },
    keepTime() {},
    closingNotice: () => null,
    rest: (url) => venue.rest(url, host),
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const id = request?.id;
  if (request === null || typeof id !== "number" || !Number.isInteger(id) || id < 0) {
    const msg = "Invalid request: request ID must be an unsigned integer";
    client.send(JSON.stringify({ error: { code: 2, msg } }));
    return;
  }
  const streams = Array.isArray(request.params) ? request.params.map(String) : [];
  switch (request.method) {
    case "SUBSCRIBE": {
      const fault = host.takeSubscribeFault();
      if (fault === "ignored") return;
      if (fault === "refused") {
        client.send(JSON.stringify({ error: { code: 1, msg: "Invalid value type" }, id }));
        return;
      }
      for (const stream of streams) client.subscriptions.add(stream);
      client.send(JSON.stringify({ result: null, id }));
      host.replay(client);
      return;
    }
    case "UNSUBSCRIBE":
      for (const stream of streams) client.subscriptions.delete(stream);
      client.send(JSON.stringify({ result: null, id }));
      return;
    case "LIST_SUBSCRIPTIONS":
      client.send(JSON.stringify({ result: [...client.subscriptions], id }));
      return;
    default: {
      const msg = `Invalid request: unknown variant \`${String(request.method)}\``;
      client.send(JSON.stringify({ error: { code: 2, msg }, id }));
    }
  }
}

/** The order that closes a long is a SELL; its limit lies beyond the fill. */
function forceOrder(order: VenueOrder, venue: ForceOrderVenue, nowMs: number): SimulatedMessage {
  const { contract, positionSide, price, size, atMs } = order;
  const isLong = positionSide === "long";
  const limit = (Number(price) * (isLong ? 0.9 : 1.1)).toPrecision(7);
  const body = {
    e: "forceOrder",
    E: nowMs,
    o: {
      s: contract.symbol,
      S: isLong ? "SELL" : "BUY",
      o: "LIMIT",
      f: "IOC",
      q: size,
      p: String(Number(limit)),
      ap: price,
      X: "FILLED",
      l: size,
      z: size,
      T: atMs,
      ...venue.product(contract),
    },
  };
  return { topic: ALL_MARKET, body };
}

/** The body of `exchangeInfo`. */
export function exchangeInfo(symbols: readonly object[], host: SimulatorHost): object {
  const empty = { rateLimits: [], exchangeFilters: [] };
  return { timezone: "UTC", serverTime: host.nowMs(), ...empty, symbols };
}

export function listing(contract: SimulatedContract): object {
  const { symbol, base, quote, settle, deliveryMs } = contract;
  return {
    symbol,
    pair: `${base}${quote}`,
    contractType: deliveryMs === null ? "PERPETUAL" : "CURRENT_QUARTER",
    deliveryDate: deliveryMs ?? NEVER_MS,
    onboardDate: 1_569_398_400_000,
    status: "TRADING",
    baseAsset: base,
    quoteAsset: quote,
    marginAsset: settle,
    quantityPrecision: contract.sizeDecimals,
    underlyingType: "COIN",
    filters: [],
  };
}
