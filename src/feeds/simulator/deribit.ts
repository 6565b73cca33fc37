/**
 * Deribit as seen from outside: JSON-RPC, one channel for all futures, plain trades among the
 * liquidations, a sign of life asked for in words and a cut for clients that do not give it.
 * https://docs.deribit.com/#json-rpc
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

const CHANNEL = /^trades\.(future|option)\.any\.(100ms|agg2)$/;
const BATCH_MS = 100;
/** "without it a connection is closed after 10 minutes of inactivity" */
const IDLE_MS_MAX = 600_000;

interface Pulse {
  readonly everyMs: number;
  askedAtMs: number;
  answeredAtMs: number;
}

function deribitProtocol(host: SimulatorHost): SimulatedProtocol {
  const pulses = new WeakMap<SimulatedClient, Pulse>();
  let batch: VenueOrder[] = [];
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let trades = 0;
  return {
    accepts: (path) => path === "/ws/api/v2",
    receive: (client, text) => answer(client, text, { host, pulses }),
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
    messages(orders) {
      const data = orders.flatMap((order) => {
        trades += 2;
        return [plainTrade(order, trades), liquidated(order, trades + 1)];
      });
      const channel = "trades.future.any.100ms";
      return [
        { topic: channel, body: { ...RPC, method: "subscription", params: { channel, data } } },
      ];
    },
    frameFor: (_client, { body }: SimulatedMessage) => JSON.stringify(body),
    keepTime(client, nowMs) {
      const pulse = pulses.get(client);
      if (pulse === undefined) {
        if (nowMs - client.lastTrafficMs > IDLE_MS_MAX) client.cut(1000, "idle");
        return;
      }
      if (nowMs - pulse.askedAtMs < pulse.everyMs) return;
      if (pulse.answeredAtMs < pulse.askedAtMs) client.cut(1000, "no answer to test_request");
      pulse.askedAtMs = nowMs;
      client.send(
        JSON.stringify({ ...RPC, method: "heartbeat", params: { type: "test_request" } }),
      );
    },
    closingNotice: () => null,
    rest: (url) => instruments(url, host),
  };
}

const RPC = { jsonrpc: "2.0" } as const;

type Say = (fields: object) => void;
function answer(
  client: SimulatedClient,
  text: string,
  { host, pulses }: { host: SimulatorHost; pulses: WeakMap<SimulatedClient, Pulse> },
): void {
  const request = asFields(parsed(text));
  const params = asFields(request?.params);
  const say: Say = (fields) => client.send(JSON.stringify({ ...RPC, id: request?.id, ...fields }));
  const nowMs = host.nowMs();
  const { method } = request ?? {};
  if (method === "public/set_heartbeat") {
    const everyMs = Number(params?.interval) * 1_000;
    if (everyMs >= 10_000) {
      pulses.set(client, { everyMs, askedAtMs: nowMs, answeredAtMs: nowMs });
      say({ result: "ok" });
    } else refuse(say, -32602, "Invalid params");
  } else if (method === "public/test") {
    const pulse = pulses.get(client);
    if (pulse !== undefined) pulse.answeredAtMs = nowMs;
    say({ result: { version: "1.2.26" } });
  } else if (method === "public/subscribe" || method === "public/unsubscribe") {
    const asked = Array.isArray(params?.channels) ? params.channels.map(String) : [];
    const isOn = method === "public/subscribe";
    const fault = isOn ? host.takeSubscribeFault() : null;
    if (fault === "refused") refuse(say, 10028, "too_many_requests");
    else if (fault === null) say({ result: turn(client, asked, isOn) });
  } else refuse(say, -32601, "Method not found");
}

function refuse(say: Say, code: number, message: string): void {
  say({ error: { code, message } });
}

/** Channels that do not exist are left out of the answer without a word. */
function turn(client: SimulatedClient, asked: readonly string[], isOn: boolean): readonly string[] {
  const known = asked.filter((channel) => CHANNEL.test(channel));
  for (const channel of known) {
    if (isOn) client.subscriptions.add(channel);
    else client.subscriptions.delete(channel);
  }
  return known;
}

/** The order that closes a long sells: as the taker, or as the maker of somebody's buy. */
function liquidated(order: VenueOrder, number: number) {
  const { contract, positionSide, price, size, atMs } = order;
  const isMaker = number % 4 === 3;
  const sells = (positionSide === "long") !== isMaker;
  return {
    trade_seq: number,
    trade_id: String(66_000_000 + number),
    timestamp: atMs,
    tick_direction: 3,
    price: Number(price),
    index_price: Number(price),
    liquidation: isMaker ? "M" : "T",
    instrument_name: contract.symbol,
    direction: sells ? "sell" : "buy",
    amount: Number(size),
  };
}

/** Somebody's trade that nobody was forced to. */
function plainTrade(order: VenueOrder, number: number): object {
  const { liquidation: _, ...trade } = liquidated(order, number);
  return { ...trade, direction: "buy", amount: 10 };
}

function instruments(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/api/v2/public/get_instruments") return null;
  const isFuture = url.searchParams.get("kind") === "future";
  const result = isFuture ? host.contracts().map(listing) : [OPTION];
  return { ...RPC, result, testnet: false };
}

function listing({ symbol, asset, quote, isInverse, deliveryMs }: SimulatedContract): object {
  return {
    kind: "future",
    instrument_name: symbol,
    instrument_type: isInverse ? "reversed" : "linear",
    base_currency: asset,
    quote_currency: quote,
    counter_currency: quote,
    settlement_currency: isInverse ? asset : quote,
    settlement_period: deliveryMs === null ? "perpetual" : "month",
    expiration_timestamp: deliveryMs ?? 32_503_708_800_000,
    contract_size: 10,
    is_active: true,
  };
}

const OPTION = {
  kind: "option",
  instrument_name: "BTC-25DEC26-100000-C",
  instrument_type: "reversed",
  base_currency: "BTC",
  quote_currency: "BTC",
  counter_currency: "USD",
  settlement_currency: "BTC",
  settlement_period: "month",
  expiration_timestamp: Date.UTC(2026, 11, 25, 8),
  contract_size: 1,
  is_active: true,
};

function deribitContracts(asset: string): readonly SimulatedContract[] {
  const usdc = { symbol: `${asset}_USDC-PERPETUAL`, base: asset, quote: "USDC", settle: "USDC" };
  const linear = { ...perpetual(asset), ...usdc, coinsPerBase: 1, sizeDecimals: 4 };
  if (asset !== "BTC" && asset !== "ETH") return [linear];
  return [coinMargined(asset, `${asset}-PERPETUAL`, "1"), linear];
}

export const deribitSimulation: Simulation = {
  contractsOf: deribitContracts,
  start: deribitProtocol,
};
