/**
 * Bybit as seen from outside: one topic per symbol, one unknown topic fails its whole frame, all
 * liquidations in batches of 500 ms.
 * https://bybit-exchange.github.io/docs/v5/websocket/public/all-liquidation
 */

import { allTickers } from "./bybit-tickers.ts";
import { coinMargined, perpetual, type SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import type {
  ProtocolOptions,
  SimulatedClient,
  SimulatedMessage,
  SimulatedProtocol,
  Simulation,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";

const TOPIC = "allLiquidation.";
const BATCH_MS = 500;
/** "args" may hold this many characters, over all frames of a connection. */
const ARGS_CHARS_MAX = 21_000;
/** "cut after 10 min without ping-pong and without pushed data". */
const IDLE_MS_MAX = 600_000;
const CONNECTION_ID = "465772b1-7630-4fdc-a492-e003e6f0f260";

function bybitProtocol(host: SimulatorHost, options: ProtocolOptions): SimulatedProtocol {
  let batch: VenueOrder[] = [];
  let sentAtMs = Number.NEGATIVE_INFINITY;
  return {
    accepts: (path) => path === "/v5/public/linear" || path === "/v5/public/inverse",
    receive: (client, text) => answer(host, client, text),
    take(order) {
      batch.push(order);
    },
    release(nowMs) {
      if (batch.length === 0 || nowMs - sentAtMs < BATCH_MS) return [];
      const orders = batch;
      batch = [];
      sentAtMs = nowMs;
      return orders;
    },
    messages,
    frameFor: (_client, { body }) => JSON.stringify(body),
    keepTime(client, nowMs) {
      if (nowMs - client.lastTrafficMs > IDLE_MS_MAX) client.cut(1000, "idle");
    },
    closingNotice: () => null,
    rest: (url) => instrumentsInfo(url, host, options.restPageMax) ?? tickers(url, host),
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const id = typeof request?.req_id === "string" ? request.req_id : "";
  const say = (fields: object) => client.send(JSON.stringify(fields));
  const args = Array.isArray(request?.args) ? request.args.map(String) : [];
  switch (request?.op) {
    case "ping":
      say({ success: true, ret_msg: "pong", conn_id: CONNECTION_ID, req_id: id, op: "ping" });
      return;
    case "subscribe": {
      const fault = host.takeSubscribeFault();
      if (fault === "ignored") return;
      const refusal =
        fault === "refused" ? "error:request rejected" : refusalOf(host, client, args);
      if (refusal !== null) {
        // Captured refusals carry no req_id.
        say({ success: false, ret_msg: refusal, conn_id: CONNECTION_ID, op: "subscribe" });
        return;
      }
      for (const topic of args) client.subscriptions.add(topic);
      say({ success: true, ret_msg: "", conn_id: CONNECTION_ID, req_id: id, op: "subscribe" });
      host.replay(client);
      return;
    }
    case "unsubscribe":
      for (const topic of args) client.subscriptions.delete(topic);
      say({ success: true, ret_msg: "", conn_id: CONNECTION_ID, req_id: id, op: "unsubscribe" });
      return;
    default:
      say({ success: false, ret_msg: "error:invalid op", conn_id: CONNECTION_ID, request });
  }
}

function refusalOf(
  host: SimulatorHost,
  client: SimulatedClient,
  args: readonly string[],
): string | null {
  const isInverse = client.path.endsWith("/inverse");
  const listed = host.contracts().filter((contract) => contract.isInverse === isInverse);
  const known = new Set(listed.map((contract) => TOPIC + contract.symbol));
  const unknown = args.find((topic) => !known.has(topic));
  if (unknown !== undefined) return `error:handler not found,topic:${unknown}`;
  const chars = [...client.subscriptions, ...args].join("").length;
  return chars > ARGS_CHARS_MAX ? `args size >${ARGS_CHARS_MAX}` : null;
}

/** `S` is the side of the POSITION: Buy means that a long was liquidated. */
function messages(orders: readonly VenueOrder[], nowMs: number): SimulatedMessage[] {
  const bySymbol = new Map<string, object[]>();
  for (const { contract, positionSide, price, size, atMs } of orders) {
    const entries = bySymbol.get(contract.symbol) ?? [];
    const position = positionSide === "long" ? "Buy" : "Sell";
    entries.push({ T: atMs, s: contract.symbol, S: position, v: size, p: price });
    bySymbol.set(contract.symbol, entries);
  }
  return [...bySymbol].map(([symbol, data]) => {
    const topic = TOPIC + symbol;
    return { topic, body: { topic, type: "snapshot", ts: nowMs, data } };
  });
}

function instrumentsInfo(url: URL, host: SimulatorHost, pageMax: number): object | null {
  if (url.pathname !== "/v5/market/instruments-info") return null;
  const category = url.searchParams.get("category");
  const isInverse = category === "inverse";
  const listed = host.contracts().filter((contract) => contract.isInverse === isInverse);
  const first = Number(url.searchParams.get("cursor") ?? "0");
  const asked = Number(url.searchParams.get("limit") ?? "500");
  const end = first + Math.min(asked, pageMax, 1_000);
  const result = {
    category,
    list: listed.slice(first, end).map(listing),
    nextPageCursor: end < listed.length ? String(end) : "",
  };
  return { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: host.nowMs() };
}

/** https://bybit-exchange.github.io/docs/v5/market/tickers: an error stands in a 200. */
function tickers(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/v5/market/tickers") return null;
  const category = url.searchParams.get("category");
  const symbol = url.searchParams.get("symbol");
  if (symbol === null) return allTickers(category, host);
  const found = host.contracts().find((contract) => contract.symbol === symbol);
  const price = found === undefined ? null : host.priceOf(found.asset);
  const time = host.nowMs();
  if (price === null) {
    return { retCode: 10001, retMsg: "params error: symbol invalid", result: {}, time };
  }
  const ticker = { symbol, lastPrice: price, indexPrice: price, markPrice: price };
  return { retCode: 0, retMsg: "OK", result: { category, list: [ticker] }, retExtInfo: {}, time };
}

function listing(contract: SimulatedContract): object {
  const { symbol, base, quote, settle, isInverse, deliveryMs } = contract;
  const kind = deliveryMs === null ? "Perpetual" : "Futures";
  return {
    symbol,
    contractType: `${isInverse ? "Inverse" : "Linear"}${kind}`,
    status: "Trading",
    baseCoin: base,
    quoteCoin: quote,
    settleCoin: settle,
    launchTime: "1585526400000",
    deliveryTime: String(deliveryMs ?? 0),
    fundingInterval: 480,
    isPreListing: false,
  };
}

function bybitContracts(asset: string): SimulatedContract[] {
  const contracts = [perpetual(asset)];
  if (asset === "BTC" || asset === "ETH") {
    const usdc = { symbol: `${asset}PERP`, quote: "USDC", settle: "USDC" };
    contracts.push({ ...perpetual(asset), ...usdc });
    contracts.push(coinMargined(asset, `${asset}USD`, "1"));
  }
  return contracts;
}

export const bybitSimulation: Simulation = {
  contractsOf: bybitContracts,
  start: bybitProtocol,
};
