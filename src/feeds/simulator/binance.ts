/**
 * Binance futures as seen from outside: one merged all-market stream, at most one liquidation per
 * symbol and second (the largest), the rest never published.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */

import { coinMargined, DELIVERY_MS, perpetual, type SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import type {
  SimulatedClient,
  SimulatedMessage,
  SimulatedProtocol,
  Simulation,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";

const ALL_MARKET = "!forceOrder@arr";
const SAMPLE_MS = 1_000;
/** "A single connection can receive 10 incoming messages per second". */
const MESSAGES_PER_SECOND_MAX = 10;
/** The delivery date that Binance gives a perpetual. */
const NEVER_MS = 4_133_404_800_000;

interface Sample {
  order: VenueOrder;
  readonly dueAtMs: number;
}

function binanceProtocol(host: SimulatorHost): SimulatedProtocol {
  const samples = new Map<string, Sample>();
  const spoken = new WeakMap<SimulatedClient, number[]>();
  return {
    accepts: (path) => /^\/(?:market\/|public\/)?(?:ws|stream)(?:[/?]|$)/.test(path),
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
      else if (order.notionalCents > sample.order.notionalCents) sample.order = order;
    },
    release(nowMs) {
      const due = [...samples].filter(([, sample]) => sample.dueAtMs <= nowMs);
      for (const [symbol] of due) samples.delete(symbol);
      return due.map(([, sample]) => sample.order);
    },
    messages: (orders, nowMs) => orders.map((order) => forceOrder(order, nowMs)),
    frameFor(client, { topic, body }) {
      if (!isRouted(client)) return null;
      const isWrapped = client.path.includes("/stream");
      return JSON.stringify(isWrapped ? { stream: topic, data: body } : body);
    },
    keepTime() {},
    closingNotice: () => null,
    rest: (url) => exchangeInfo(url.pathname, host),
  };
}

/** Without a route the connection is accepted and gets public data only: liquidations never come. */
function isRouted(client: SimulatedClient): boolean {
  return client.path.startsWith("/market/");
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
function forceOrder(order: VenueOrder, nowMs: number): SimulatedMessage {
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
      ps: contract.isInverse ? `${contract.base}${contract.quote}` : contract.symbol,
      st: contract.isInverse ? 2 : 1,
    },
  };
  return { topic: ALL_MARKET, body };
}

function exchangeInfo(path: string, host: SimulatorHost): object | null {
  const isCoinMargined = path === "/dapi/v1/exchangeInfo";
  if (!isCoinMargined && path !== "/fapi/v1/exchangeInfo") return null;
  const listed = host.contracts().filter((contract) => contract.isInverse === isCoinMargined);
  const symbols = listed.map(isCoinMargined ? coinMarginedListing : listing);
  return {
    timezone: "UTC",
    serverTime: host.nowMs(),
    rateLimits: [],
    exchangeFilters: [],
    symbols,
  };
}

function listing(contract: SimulatedContract): object {
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

function coinMarginedListing(contract: SimulatedContract): object {
  const { status: contractStatus, ...rest } = { status: "TRADING", ...listing(contract) };
  return { ...rest, contractStatus, contractSize: Number(contract.contractSize) };
}

function binanceContracts(asset: string): SimulatedContract[] {
  const contracts = [perpetual(asset)];
  if (asset === "BTC" || asset === "ETH") {
    const usd = asset === "BTC" ? "100" : "10";
    const dated = { symbol: `${asset}USDT_261225`, deliveryMs: DELIVERY_MS };
    contracts.push({ ...perpetual(asset), ...dated });
    contracts.push(coinMargined(asset, `${asset}USD_PERP`, usd));
  }
  return contracts;
}

export const binanceSimulation: Simulation = {
  contractsOf: binanceContracts,
  start: binanceProtocol,
};
