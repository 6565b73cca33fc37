/**
 * HTX futures as seen from outside: three sockets, frames packed with gzip, a ping in JSON every five
 * seconds whose time stamp is text, the end of the connection after five that were not answered.
 * https://www.htx.com/en-us/opend/newApiPages/
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
import { quoteAmountOf } from "./units.ts";

const PING_MS = 5_000;
const PINGS_UNANSWERED_MAX = 5;
const TOPIC = /^public\.(.+)\.liquidation_orders$/;

/** What each socket carries. */
const SOCKETS = {
  "/linear-swap-notification": "linear",
  "/swap-notification": "swap",
  "/notification": "futures",
} as const;

interface Pings {
  sentAtMs: number;
  unanswered: number;
}

function htxProtocol(host: SimulatorHost): SimulatedProtocol {
  const pings = new WeakMap<SimulatedClient, Pings>();
  return {
    accepts: (path) => Object.hasOwn(SOCKETS, path),
    receive(client, text) {
      const sent = pings.get(client);
      const answered = `{"op":"pong","ts":"${sent?.sentAtMs}"}`;
      if (text !== answered) answer(host, client, text);
      else if (sent !== undefined) sent.unanswered = 0;
    },
    ...straight(),
    messages,
    frameFor: (_client, { body }) => JSON.stringify(body),
    keepTime(client, nowMs) {
      const known = pings.get(client) ?? { sentAtMs: client.connectedAtMs, unanswered: 0 };
      pings.set(client, known);
      if (nowMs - known.sentAtMs < PING_MS) return;
      if (known.unanswered >= PINGS_UNANSWERED_MAX) {
        client.send(JSON.stringify({ op: "close", ts: nowMs }));
        client.cut(1000, "Bye");
        return;
      }
      known.sentAtMs = nowMs;
      known.unanswered += 1;
      client.send(JSON.stringify({ op: "ping", ts: String(nowMs) }));
    },
    closingNotice: () => JSON.stringify({ op: "close", ts: host.nowMs() }),
    rest: (url) => contractInfo(url, host),
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const { op, cid, topic } = request ?? {};
  const say = (fields: object) =>
    client.send(JSON.stringify({ op, cid, topic, ...fields, ts: host.nowMs() }));
  const refuse = (code: number, message: string) => say({ "err-code": code, "err-msg": message });
  if (op === "pong") return;
  if (op !== "sub" && op !== "unsub") {
    say({ op: "error", "err-code": 2003, "err-msg": "Invalid op." });
    return;
  }
  const fault = op === "sub" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  const contracts = TOPIC.exec(String(topic))?.[1] ?? "";
  const key = `${socketOf(client.path)} ${contracts}`;
  if (fault === "refused" || !topicsOf(host).has(key)) refuse(2011, "Contract doesnt exist.");
  else if (op === "sub" && client.subscriptions.has(key)) refuse(2014, "Repeated subscription.");
  else {
    if (op === "sub") client.subscriptions.add(key);
    else client.subscriptions.delete(key);
    say({ "err-code": 0 });
    if (op === "sub") host.replay(client);
  }
}

function socketOf(path: string): string {
  return Object.entries(SOCKETS).find(([known]) => known === path)?.[1] ?? "";
}

/** A wildcard for all contracts of a socket; coin-margined futures by their coin. */
function topicsOf(host: SimulatorHost): Set<string> {
  return new Set(host.contracts().map(topicOf));
}

function topicOf(contract: SimulatedContract): string {
  if (!contract.isInverse) return "linear *";
  return contract.symbol.includes("-") ? "swap *" : `futures ${contract.asset}`;
}

/** `direction` is the side of the order: sell closes a long. One message per contract. */
function messages(orders: readonly VenueOrder[], nowMs: number): SimulatedMessage[] {
  const byContract = new Map<SimulatedContract, object[]>();
  for (const order of orders) {
    const { contract } = order;
    byContract.set(contract, [...(byContract.get(contract) ?? []), entry(order)]);
  }
  return [...byContract].map(([contract, data]) => {
    const name = topicOf(contract).startsWith("futures") ? contract.asset : contract.symbol;
    const topic = `public.${name}.liquidation_orders`;
    return { topic: topicOf(contract), body: { op: "notify", topic, ts: nowMs, data } };
  });
}

/** Linear: `amount` coins and `trade_turnover` money. Coin-margined: `amount` coins and no money. */
function entry(order: VenueOrder): object {
  const { contract, positionSide, price, size, atMs } = order;
  const units = Number(size) * Number(contract.contractSize);
  const [amount, turnover] = contract.isInverse
    ? [units / Number(price), {}]
    : [
        units,
        {
          trade_turnover: Number(quoteAmountOf(order)),
          contract_type: "swap",
          business_type: "swap",
        },
      ];
  return {
    symbol: contract.asset,
    contract_code: contract.symbol,
    direction: positionSide === "long" ? "sell" : "buy",
    offset: "close",
    volume: Number(size),
    price: Number(price),
    created_at: atMs,
    amount,
    ...turnover,
  };
}

/** A list per product, each below its own path. */
function contractInfo(url: URL, host: SimulatorHost): object | null {
  const socket = {
    "/linear-swap-api/v1/swap_contract_info": "linear",
    "/swap-api/v1/swap_contract_info": "swap",
    "/api/v1/contract_contract_info": "futures",
  }[url.pathname];
  if (socket === undefined) return null;
  const listed = host.contracts().filter((contract) => topicOf(contract).startsWith(socket));
  const data = listed.map(({ symbol, asset, contractSize }) => ({
    symbol: asset,
    contract_code: symbol,
    contract_size: Number(contractSize),
    contract_status: 1,
    delivery_time: "",
  }));
  return { status: "ok", data, ts: host.nowMs() };
}

/** Coins per contract where it is not 1 (GET /linear-swap-api/v1/swap_contract_info). */
const HTX_CONTRACT_SIZE: Readonly<Record<string, string>> = {
  BTC: "0.001",
  ETH: "0.01",
  DOGE: "100",
  PEPE: "1000000",
};

function htxContracts(asset: string): SimulatedContract[] {
  const linear: SimulatedContract = {
    ...perpetual(asset),
    symbol: `${asset}-USDT`,
    base: asset,
    coinsPerBase: 1,
    contractSize: HTX_CONTRACT_SIZE[asset] ?? "1",
    sizeDecimals: 0,
  };
  if (asset !== "BTC" && asset !== "ETH") return [linear];
  const usd = asset === "BTC" ? "100" : "10";
  return [
    linear,
    { ...linear, symbol: `${asset}-USDT-261225` },
    coinMargined(asset, `${asset}-USD`, usd),
    coinMargined(asset, `${asset}261225`, usd),
  ];
}

export const htxSimulation: Simulation = {
  compression: "gzip",
  contractsOf: htxContracts,
  start: htxProtocol,
};
