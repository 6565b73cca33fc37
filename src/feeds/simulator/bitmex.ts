/**
 * BitMEX as seen from outside: a greeting, a table of the liquidation orders that are in the book,
 * told as partial, insert, update and delete. Every order is repriced, filled in part and deleted;
 * every second one grows after its insert.
 * https://www.bitmex.com/app/wsAPI
 */
import { coinMargined, perpetual, type SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import type {
  SimulatedClient,
  SimulatedMessage,
  SimulatedProtocol,
  Simulation,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";
import { straight } from "./straight.ts";

const TABLE = "liquidation";
const COINS_PER_CONTRACT = "0.000001";

function bitmexProtocol(host: SimulatorHost): SimulatedProtocol {
  const ids = new Map<string, string>();
  const idOf = (order: VenueOrder): string => {
    const { contract, positionSide, price, size, atMs } = order;
    const name = [contract.symbol, positionSide, price, size, atMs].join();
    const known =
      ids.get(name) ?? `9a519e00-4fe7-4f17-9629-${String(ids.size + 1).padStart(12, "0")}`;
    ids.set(name, known);
    return known;
  };
  return {
    accepts: (path) => path === "/realtime",
    receive(client, text) {
      if (text === "ping") client.send("pong");
      else answer(host, client, text);
    },
    ...straight(),
    messages: (orders) => orders.flatMap((order) => lifeOf(order, idOf(order))),
    frameFor: (_client, { body }: SimulatedMessage) => JSON.stringify(body),
    keepTime() {},
    closingNotice: () => null,
    rest: (url) =>
      url.pathname === "/api/v1/instrument/active" ? host.contracts().map(listing) : null,
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const say = (fields: object) => client.send(JSON.stringify(fields));
  const refuse = (error: string) => say({ status: 400, error, meta: {}, request });
  const { op } = request ?? {};
  if (op !== "subscribe" && op !== "unsubscribe") {
    refuse("Unrecognized request.");
    return;
  }
  const fault = op === "subscribe" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  for (const topic of Array.isArray(request?.args) ? request.args.map(String) : []) {
    if (topic !== TABLE || fault === "refused") {
      refuse(`Unknown table: ${topic}`);
    } else {
      if (op === "subscribe") client.subscriptions.add(topic);
      else client.subscriptions.delete(topic);
      say({ success: true, [op]: topic, request });
      const types = { orderID: "guid", symbol: "symbol", price: "float", leavesQty: "long" };
      say({ table: TABLE, action: "partial", keys: ["orderID"], types, filter: {}, data: [] });
      host.replay(client);
    }
  }
}

/** Long positions are closed by selling. Of an order that grows, a third is there at its insert. */
function lifeOf(order: VenueOrder, orderID: string): SimulatedMessage[] {
  const { contract, positionSide, price, size } = order;
  const { symbol } = contract;
  const whole = Number(size);
  const grows = /[02468]$/.test(orderID) && whole >= 3;
  const first = grows ? Math.floor(whole / 3) : whole;
  const market = positionSide === "long" ? "Sell" : "Buy";
  const repriced = { orderID, symbol, price: Number(price) };
  const body = (action: string, data: object) => ({
    topic: TABLE,
    body: { table: TABLE, action, data: [data] },
  });
  return [
    body("insert", {
      orderID,
      symbol,
      [ORDER_FIELD]: market,
      price: Number(price),
      leavesQty: first,
    }),
    ...(grows ? [body("update", { ...repriced, leavesQty: whole })] : [body("update", repriced)]),
    body("update", { orderID, symbol, leavesQty: Math.max(1, Math.floor(whole / 2)) }),
    body("delete", { orderID, symbol }),
  ];
}

/** The venue's name of the field that holds the side of the order. */
const ORDER_FIELD = "side";

function listing(contract: SimulatedContract): object {
  const { symbol, base, quote, settle, isInverse } = contract;
  return {
    symbol,
    typ: "FFWCSX",
    state: "Open",
    underlying: base === "BTC" ? "XBT" : base,
    quoteCurrency: quote,
    settlCurrency: isInverse ? "XBt" : settle.replace(/T$/, "t"),
    multiplier: isInverse ? -100_000_000 : 1,
    underlyingToPositionMultiplier: isInverse ? null : 1_000_000,
    underlyingToSettleMultiplier: isInverse ? -100_000_000 : null,
    isInverse,
    isQuanto: false,
    expiry: null,
  };
}

function bitmexContracts(asset: string): readonly SimulatedContract[] {
  const name = asset === "BTC" ? "XBT" : asset;
  const units = { coinsPerBase: 1, contractSize: COINS_PER_CONTRACT, sizeDecimals: 0 };
  const linear = { ...perpetual(asset), symbol: `${name}USDT`, base: asset, ...units };
  return asset === "BTC" ? [coinMargined(asset, "XBTUSD", "1"), linear] : [linear];
}

export const bitmexSimulation: Simulation = { contractsOf: bitmexContracts, start: bitmexProtocol };
