/**
 * OKX as seen from outside: one subscription per instrument type, sizes in contracts, text ping and
 * pong, a cut after 30 s without traffic, old records again after a subscription.
 * https://www.okx.com/docs-v5/en/#public-data-websocket-liquidation-orders-channel
 */

import { coinMargined, DELIVERY_MS, perpetual, type SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import { instrumentType, marketLists } from "./okx-market.ts";
import type {
  SimulatedClient,
  SimulatedMessage,
  SimulatedProtocol,
  Simulation,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";
import { straight } from "./straight.ts";

const CHANNEL = "liquidation-orders";
const INSTRUMENT_TYPES = ["SWAP", "FUTURES", "MARGIN", "OPTION"];
const IDLE_MS_MAX = 30_000;
/** A burst is cut into messages of this many orders. */
const ORDERS_PER_MESSAGE_MAX = 200;
const CONNECTION_ID = "a4d3ae55";
/** The venue's name of the field that holds the side of the order. */
const ORDER_FIELD = "side";

function okxProtocol(host: SimulatorHost): SimulatedProtocol {
  return {
    accepts: (path) => path === "/ws/v5/public",
    receive(client, text) {
      if (text === "ping") client.send("pong");
      else answer(host, client, text);
    },
    ...straight(),
    messages,
    frameFor: (_client, { body }) => JSON.stringify(body),
    keepTime(client, nowMs) {
      if (nowMs - client.lastTrafficMs > IDLE_MS_MAX) client.cut(4004, "No data received in 30s");
    },
    closingNotice() {
      const msg = "The connection will soon be closed for a service upgrade. Please reconnect.";
      return JSON.stringify({ event: "notice", code: "64008", msg, connId: CONNECTION_ID });
    },
    rest: (url) => instruments(url, host) ?? marketLists(url, host),
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const id = typeof request?.id === "string" ? { id: request.id } : {};
  const say = (fields: object) =>
    client.send(JSON.stringify({ ...id, ...fields, connId: CONNECTION_ID }));
  const { op } = request ?? {};
  if (request === null || (op !== "subscribe" && op !== "unsubscribe")) {
    say({ event: "error", code: "60012", msg: `Illegal request: ${text}` });
    return;
  }
  const fault = op === "subscribe" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  for (const arg of Array.isArray(request.args) ? request.args.map(asFields) : []) {
    const instType = String(arg?.instType);
    const isKnown = arg?.channel === CHANNEL && INSTRUMENT_TYPES.includes(instType);
    if (!isKnown || fault === "refused") {
      const named = `channel:${String(arg?.channel)},instType:${instType}`;
      say({ event: "error", code: "60018", msg: `Wrong URL or ${named} doesn't exist.` });
      continue;
    }
    if (op === "subscribe") client.subscriptions.add(instType);
    else client.subscriptions.delete(instType);
    say({ event: op, arg: { channel: CHANNEL, instType } });
    if (op === "subscribe") host.replay(client);
  }
}

function messages(orders: readonly VenueOrder[]): SimulatedMessage[] {
  const result: SimulatedMessage[] = [];
  for (let first = 0; first < orders.length; first += ORDERS_PER_MESSAGE_MAX) {
    result.push(...messagesOf(orders.slice(first, first + ORDERS_PER_MESSAGE_MAX)));
  }
  return result;
}

/** One message per instrument type; orders of one instrument stand together as `details`. */
function messagesOf(orders: readonly VenueOrder[]): SimulatedMessage[] {
  const byContract = new Map<SimulatedContract, VenueOrder[]>();
  for (const order of orders) {
    const known = byContract.get(order.contract);
    if (known === undefined) byContract.set(order.contract, [order]);
    else known.push(order);
  }
  return ["SWAP", "FUTURES"].flatMap((instType) => {
    const entries = [...byContract].filter(([contract]) => instrumentType(contract) === instType);
    const data = entries.map(([contract, listed]) => entry(contract, listed));
    if (data.length === 0) return [];
    return [{ topic: instType, body: { arg: { channel: CHANNEL, instType }, data } }];
  });
}

function entry(contract: SimulatedContract, orders: readonly VenueOrder[]): object {
  const { symbol, base, quote } = contract;
  const instFamily = `${base}-${quote}`;
  const details = orders.map(({ positionSide, price, size, atMs }) => ({
    bkLoss: "0",
    bkPx: price,
    ccy: "",
    posSide: positionSide,
    [ORDER_FIELD]: positionSide === "long" ? "sell" : "buy",
    sz: size,
    ts: String(atMs),
  }));
  const instType = instrumentType(contract);
  return { details, instFamily, instId: symbol, instType, uly: instFamily };
}

function instruments(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/api/v5/public/instruments") return null;
  const instType = url.searchParams.get("instType");
  const listed = host.contracts().filter((contract) => instrumentType(contract) === instType);
  return { code: "0", msg: "", data: listed.map(listing) };
}

function listing(contract: SimulatedContract): object {
  const { symbol, base, quote, settle, isInverse, contractSize, deliveryMs } = contract;
  const instFamily = `${base}-${quote}`;
  return {
    instType: instrumentType(contract),
    instId: symbol,
    instFamily,
    uly: instFamily,
    baseCcy: "",
    quoteCcy: "",
    settleCcy: settle,
    ctVal: contractSize,
    ctMult: "1",
    ctValCcy: isInverse ? quote : base,
    ctType: isInverse ? "inverse" : "linear",
    expTime: deliveryMs === null ? "" : String(deliveryMs),
    lotSz: isInverse ? "1" : "0.01",
    state: "live",
  };
}

/** Coins per OKX contract where it is not 1 (GET /api/v5/public/instruments, `ctVal`). */
const OKX_CONTRACT_SIZE: Readonly<Record<string, string>> = {
  BTC: "0.01",
  ETH: "0.1",
  BNB: "0.01",
  ZEC: "0.01",
  TAO: "0.01",
  HYPE: "0.1",
  BCH: "0.1",
  AAVE: "0.1",
  TRUMP: "0.1",
  BERA: "0.1",
  NEAR: "10",
  JUP: "10",
  ARB: "10",
  ONDO: "10",
  XRP: "100",
  ADA: "100",
  HBAR: "100",
  PENGU: "100",
  DOGE: "1000",
  TRX: "1000",
  PUMP: "1000",
  BONK: "100000",
  PEPE: "10000000",
};

function okxContracts(asset: string): SimulatedContract[] {
  const contractSize = OKX_CONTRACT_SIZE[asset] ?? "1";
  const swap: SimulatedContract = {
    ...perpetual(asset),
    symbol: `${asset}-USDT-SWAP`,
    base: asset,
    coinsPerBase: 1,
    contractSize,
    sizeDecimals: 2,
  };
  const contracts = [swap];
  if (asset === "BTC" || asset === "ETH") {
    contracts.push({ ...swap, symbol: `${asset}-USDT-261225`, deliveryMs: DELIVERY_MS });
    contracts.push(coinMargined(asset, `${asset}-USD-SWAP`, asset === "BTC" ? "100" : "10"));
  }
  return contracts;
}

export const okxSimulation: Simulation = {
  contractsOf: okxContracts,
  start: okxProtocol,
};
