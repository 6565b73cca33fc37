/**
 * Bitget's v3 socket as seen from outside: one subscription per product line, every second the
 * largest liquidation of each symbol and side, amounts in quote currency, what is old as a snapshot,
 * and a cut for whoever has not sent `ping` for two minutes.
 * https://www.bitget.com/api-doc/uta/websocket/public/Liquidation-Channel
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
import { quoteAmountOf } from "./units.ts";

const TOPIC = "liquidation";
const PRODUCTS = ["usdt-futures", "usdc-futures", "coin-futures"];
const PUSH_MS = 1_000;
const PING_MS_MAX = 120_000;
const CONNECTION_ID = "b7e1c0de";
/** The venue's name of the field that holds the side of the position. */
const POSITION_FIELD = "side";

function bitgetProtocol(host: SimulatorHost): SimulatedProtocol {
  let largest = new Map<string, VenueOrder>();
  let pushedAtMs = Number.NEGATIVE_INFINITY;
  const pingedAtMs = new WeakMap<SimulatedClient, number>();
  return {
    accepts: (path) => path === "/v3/ws/public",
    receive(client, text) {
      if (text !== "ping") {
        answer(host, client, text);
        return;
      }
      pingedAtMs.set(client, host.nowMs());
      client.send("pong");
    },
    take(order) {
      const key = `${order.contract.symbol} ${order.positionSide}`;
      const known = largest.get(key);
      if (known === undefined || order.notionalCents > known.notionalCents) largest.set(key, order);
    },
    release(nowMs) {
      if (largest.size === 0 || nowMs - pushedAtMs < PUSH_MS) return [];
      const orders = [...largest.values()];
      largest = new Map();
      pushedAtMs = nowMs;
      return orders;
    },
    messages: (orders, nowMs) => messages(orders, nowMs, "update"),
    replays: (orders, nowMs) => messages(orders, nowMs, "snapshot"),
    frameFor: (_client, { body }) => JSON.stringify(body),
    keepTime(client, nowMs) {
      const sinceMs = pingedAtMs.get(client) ?? client.connectedAtMs;
      if (nowMs - sinceMs > PING_MS_MAX) client.cut(1000, "no ping for 2 minutes");
    },
    closingNotice: () => null,
    rest: (url) => instruments(url, host) ?? tickers(url, host),
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const say = (fields: object) => client.send(JSON.stringify(fields));
  const { op } = request ?? {};
  if (op !== "subscribe" && op !== "unsubscribe") {
    say({ event: "error", code: 30003, msg: `Illegal op:${String(op)}` });
    return;
  }
  const fault = op === "subscribe" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  for (const arg of Array.isArray(request?.args) ? request.args.map(asFields) : []) {
    const instType = String(arg?.instType);
    const isKnown = arg?.topic === TOPIC && PRODUCTS.includes(instType);
    if (!isKnown || fault === "refused") {
      const msg = `instType:${instType},topic:${String(arg?.topic)} doesn't exist`;
      say({ event: "error", arg, code: 30001, msg });
      continue;
    }
    if (op === "subscribe") client.subscriptions.add(instType);
    else client.subscriptions.delete(instType);
    say({ event: op, arg: { instType, topic: TOPIC }, connId: CONNECTION_ID });
    if (op === "subscribe") host.replay(client);
  }
}

/** One message per product line. `side` is the side of the POSITION: buy means a long. */
function messages(
  orders: readonly VenueOrder[],
  nowMs: number,
  action: "update" | "snapshot",
): SimulatedMessage[] {
  return PRODUCTS.flatMap((instType) => {
    const own = orders.filter(({ contract }) => productOf(contract) === instType);
    if (own.length === 0) return [];
    const body = { action, arg: { instType, topic: TOPIC }, data: own.map(entry), ts: nowMs };
    return [{ topic: instType, body }];
  });
}

function entry(order: VenueOrder): object {
  const { contract, positionSide, price, size, atMs } = order;
  return {
    symbol: contract.symbol,
    [POSITION_FIELD]: positionSide === "long" ? "buy" : "sell",
    price,
    amount: contract.isInverse ? size : quoteAmountOf(order),
    ts: String(atMs),
  };
}

function productOf({ isInverse, settle }: SimulatedContract): string {
  return isInverse ? "coin-futures" : `${settle.toLowerCase()}-futures`;
}

function instruments(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/api/v3/market/instruments") return null;
  const category = url.searchParams.get("category");
  const product = category?.toLowerCase();
  const listed = host.contracts().filter((contract) => productOf(contract) === product);
  const data = listed.map(({ symbol, base, quote, deliveryMs }) => ({
    symbol,
    category,
    baseCoin: base,
    quoteCoin: quote,
    type: deliveryMs === null ? "perpetual" : "delivery",
    status: "online",
    deliveryTime: deliveryMs === null ? "" : String(deliveryMs),
    fundInterval: "8",
  }));
  return { code: "00000", msg: "success", requestTime: host.nowMs(), data };
}

/** https://www.bitget.com/api-doc/uta/public/Tickers */
function tickers(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/api/v3/market/tickers") return null;
  const category = url.searchParams.get("category");
  const ts = String(host.nowMs());
  const data = host.contracts().flatMap((contract) => {
    const isAsked = productOf(contract) === category?.toLowerCase();
    const figures = isAsked ? host.figuresOf(contract) : null;
    if (figures === null) return [];
    const { price, rate, baseUnits } = figures;
    return {
      ...{ category, symbol: contract.symbol, ts, lastPrice: price, indexPrice: price },
      ...{ markPrice: price, fundingRate: rate, openInterest: String(baseUnits) },
    };
  });
  return { code: "00000", msg: "success", requestTime: host.nowMs(), data };
}

function bitgetContracts(asset: string): SimulatedContract[] {
  const linear = perpetual(asset);
  if (asset !== "BTC" && asset !== "ETH") return [linear];
  const usdc = { symbol: `${asset}PERP`, quote: "USDC", settle: "USDC" };
  const inverse = coinMargined(asset, `${asset}USD`, "1");
  const dated = { symbol: `${asset}USDZ26`, deliveryMs: DELIVERY_MS };
  return [linear, { ...linear, ...usdc }, inverse, { ...inverse, ...dated }];
}

export const bitgetSimulation: Simulation = {
  contractsOf: bitgetContracts,
  start: bitgetProtocol,
};
