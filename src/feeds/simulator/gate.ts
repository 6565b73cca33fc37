/**
 * Gate perpetual contracts as seen from outside: one socket per settlement coin, liquidations of a
 * contract gathered for a second or until there are twenty, sizes in contracts with the sign of the
 * order, whole ones for clients that do not ask for parts.
 * https://www.gate.com/docs/developers/futures/ws/en/
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

const CHANNEL = "futures.public_liquidates";
const BATCH_MS = 1_000;
const BATCH_ORDERS_MAX = 20;

interface Batch {
  readonly orders: VenueOrder[];
  readonly dueAtMs: number;
}

function gateProtocol(host: SimulatorHost): SimulatedProtocol {
  const batches = new Map<string, Batch>();
  return {
    accepts: (path) => /^\/v4\/ws\/(?:usdt|btc|usd1)$/.test(path),
    receive: (client, text) => answer(host, client, text),
    take(order) {
      const { symbol } = order.contract;
      const batch = batches.get(symbol) ?? { orders: [], dueAtMs: host.nowMs() + BATCH_MS };
      batch.orders.push(order);
      batches.set(symbol, batch);
    },
    release(nowMs) {
      const isDue = ({ orders, dueAtMs }: Batch) =>
        dueAtMs <= nowMs || orders.length >= BATCH_ORDERS_MAX;
      const due = [...batches].filter(([, batch]) => isDue(batch));
      for (const [symbol] of due) batches.delete(symbol);
      return due.flatMap(([, batch]) => batch.orders);
    },
    messages,
    frameFor: (client, { body }) => JSON.stringify(body, sizesFor(client)),
    keepTime() {},
    closingNotice: () => null,
    rest: (url) => contractList(url, host) ?? tickers(url, host),
  };
}

/** Sizes are decimal texts with the header; without it they are whole numbers, cut towards zero. */
function sizesFor(client: SimulatedClient): ((key: string, value: unknown) => unknown) | undefined {
  if (client.header("x-gate-size-decimal") === "1") return undefined;
  return (key, value) => (key === "size" ? Math.trunc(Number(value)) : value);
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const id = typeof request?.id === "number" ? { id: request.id } : {};
  const nowMs = host.nowMs();
  const clock = { time: Math.floor(nowMs / 1_000), time_ms: nowMs };
  const { channel, event } = request ?? {};
  const say = (fields: object) =>
    client.send(JSON.stringify({ ...clock, ...id, channel, event, ...fields }));
  const refuse = (code: number, message: string) => say({ error: { code, message }, result: null });
  if (channel === "futures.ping") {
    say({ channel: "futures.pong", event: "", result: null });
    return;
  }
  if (event !== "subscribe" && event !== "unsubscribe") {
    refuse(1, "invalid argument struct");
    return;
  }
  const payload = Array.isArray(request?.payload) ? request.payload.map(String) : [];
  const fault = event === "subscribe" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  if (fault === "refused") refuse(3, "service error");
  else if (channel !== CHANNEL || payload.join() !== "!all") {
    refuse(2, `unknown contract ${payload.join()}`);
  } else {
    const topic = topicOf(client.path);
    if (event === "subscribe") client.subscriptions.add(topic);
    else client.subscriptions.delete(topic);
    say({ result: { status: "success" } });
    if (event === "subscribe") host.replay(client);
  }
}

/** What a client has subscribed to depends on the socket it speaks on. */
function topicOf(path: string): string {
  return `${path.slice(path.lastIndexOf("/") + 1)} !all`;
}

/** The order that closes a long sells, and sold sizes are negative. One message per contract. */
function messages(orders: readonly VenueOrder[], nowMs: number): SimulatedMessage[] {
  const byContract = new Map<SimulatedContract, object[]>();
  for (const { contract, positionSide, price, size, atMs } of orders) {
    const signed = positionSide === "long" ? `-${size}` : size;
    const entry = { price, size: signed, time: atMs, contract: contract.symbol };
    byContract.set(contract, [...(byContract.get(contract) ?? []), entry]);
  }
  const clock = { time: Math.floor(nowMs / 1_000), time_ms: nowMs };
  return [...byContract].map(([contract, result]) => ({
    topic: `${contract.settle.toLowerCase()} !all`,
    body: { channel: CHANNEL, event: "update", ...clock, result },
  }));
}

function contractList(url: URL, host: SimulatorHost): object | null {
  const settle = /^\/api\/v4\/futures\/(\w+)\/contracts$/.exec(url.pathname)?.[1]?.toUpperCase();
  const listed = host.contracts().filter((contract) => contract.settle === settle);
  return listed.length === 0 ? null : listed.map(listing);
}

/** https://www.gate.com/docs/developers/apiv4/en/#list-futures-tickers */
function tickers(url: URL, host: SimulatorHost): object | null {
  const settle = /^\/api\/v4\/futures\/(\w+)\/tickers$/.exec(url.pathname)?.[1]?.toUpperCase();
  if (settle === undefined) return null;
  return host.contracts().flatMap((contract) => {
    const figures = contract.settle === settle ? host.figuresOf(contract) : null;
    if (figures === null) return [];
    const { price, rate, contracts } = figures;
    return {
      ...{ contract: contract.symbol, last: price, mark_price: price, index_price: price },
      ...{ funding_rate: rate, funding_rate_indicative: rate, total_size: String(contracts) },
    };
  });
}

function listing(contract: SimulatedContract): object {
  const { symbol, isInverse, contractSize, sizeDecimals } = contract;
  return {
    name: symbol,
    type: isInverse ? "inverse" : "direct",
    quanto_multiplier: isInverse ? "0" : contractSize,
    enable_decimal: sizeDecimals > 0,
    order_size_min: 1,
    funding_interval: 28_800,
    in_delisting: false,
  };
}

/** Coins per contract where it is not 1; BTC and ETH as Gate lists them, PEPE so that it has parts. */
const GATE_CONTRACT_SIZE: Readonly<Record<string, string>> = {
  BTC: "0.0001",
  ETH: "0.01",
  PEPE: "10000000",
};

function gateContracts(asset: string): SimulatedContract[] {
  const linear: SimulatedContract = {
    ...perpetual(asset),
    symbol: `${asset}_USDT`,
    base: asset,
    coinsPerBase: 1,
    contractSize: GATE_CONTRACT_SIZE[asset] ?? "1",
    sizeDecimals: asset === "PEPE" ? 1 : 0,
  };
  if (asset !== "BTC") return [linear];
  const usd1 = { symbol: "BTC_USD1", quote: "USD1", settle: "USD1" };
  return [linear, coinMargined("BTC", "BTC_USD", "1"), { ...linear, ...usd1 }];
}

export const gateSimulation: Simulation = { contractsOf: gateContracts, start: gateProtocol };
