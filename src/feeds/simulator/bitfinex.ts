/**
 * Bitfinex as seen from outside: one channel with a number of its own on every connection, each
 * position told by its trigger and by its execution in either order, entry prices beside.
 * https://docs.bitfinex.com/reference/ws-public-status
 */
import { perpetual, type SimulatedContract } from "./contracts.ts";
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

const KEY = "liq:global";
const HEARTBEAT_MS = 15_000;
/** Replayed positions keep their number, so that a test can send the same one again. */
const FIRST_POSITION = 143_000_000;

function bitfinexProtocol(host: SimulatorHost): SimulatedProtocol {
  const numbers = new WeakMap<SimulatedClient, number>();
  const positions = new Map<string, number>();
  let clients = 0;
  const numberOf = (order: VenueOrder): number => {
    const { contract, positionSide, price, size, atMs } = order;
    const name = [contract.symbol, positionSide, price, size, atMs].join();
    const known = positions.get(name) ?? FIRST_POSITION + positions.size;
    positions.set(name, known);
    return known;
  };
  return {
    accepts: (path) => path === "/ws/2",
    receive(client, text) {
      clients += 1;
      answer(client, text, { host, numbers, number: 90_000 + clients });
    },
    ...straight(),
    messages: (orders) =>
      orders.map((order) => ({ topic: KEY, body: told(order, numberOf(order)) })),
    frameFor: (client, { body }: SimulatedMessage) => JSON.stringify([numbers.get(client), body]),
    keepTime(client, nowMs) {
      const number = numbers.get(client);
      if (number === undefined || nowMs - client.lastTrafficMs < HEARTBEAT_MS) return;
      client.send(JSON.stringify([number, "hb"]));
    },
    closingNotice: () =>
      JSON.stringify({ event: "info", code: 20051, msg: "Stopping. Please try to reconnect" }),
    rest: (url) => names(url, host),
  };
}

function answer(
  client: SimulatedClient,
  text: string,
  given: { host: SimulatorHost; numbers: WeakMap<SimulatedClient, number>; number: number },
): void {
  const { host, numbers, number } = given;
  const request = asFields(parsed(text));
  const say = (fields: object) => client.send(JSON.stringify(fields));
  if (request?.event === "ping") {
    say({ event: "pong", ts: host.nowMs(), cid: request.cid });
    return;
  }
  const channel = { channel: request?.channel, key: request?.key };
  const fault = request?.event === "subscribe" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  if (request?.event !== "subscribe" || request.key !== KEY || fault === "refused") {
    say({ event: "error", msg: "Subscription failed (generic)", code: 10300, ...channel });
    return;
  }
  numbers.set(client, number);
  client.subscriptions.add(KEY);
  say({ event: "subscribed", ...channel, chanId: number });
  host.replay(client);
}

/** The sign is the position's. Every second position is executed before its trigger is told. */
function told(order: VenueOrder, number: number): object {
  const { contract, positionSide, price, size, atMs } = order;
  const sign = positionSide === "long" ? 1 : -1;
  const entryPrice = Number(price) * (1 + sign * 0.03);
  const row = (isMatch: number, amount: number) => [
    ...["pos", number, atMs, null, contract.symbol, amount, entryPrice, null],
    ...[isMatch, isMatch, null, Number(price)],
  ];
  const trigger = row(0, sign * Number(size));
  const execution = row(1, (sign * Number(size)) / 2);
  return number % 2 === 0 ? [trigger, execution] : [execution, trigger];
}

function names(url: URL, host: SimulatorHost): object | null {
  const [, kind] = /^\/v2\/conf\/pub:list:pair:(futures|margin)$/.exec(url.pathname) ?? [];
  if (kind === undefined) return null;
  const listed = host
    .contracts()
    .filter(({ symbol }) => symbol.includes("F0:") === (kind === "futures"));
  return [listed.map(({ symbol }) => symbol.slice(1))];
}

function bitfinexContracts(asset: string): readonly SimulatedContract[] {
  const contract = { ...perpetual(asset), base: asset, coinsPerBase: 1, sizeDecimals: 4 };
  const derivative = { ...contract, symbol: `t${asset}F0:USTF0` };
  const pair = asset.length > 3 ? `t${asset}:USD` : `t${asset}USD`;
  return [derivative, { ...contract, symbol: pair, quote: "USD", settle: "USD" }];
}

export const bitfinexSimulation: Simulation = {
  contractsOf: bitfinexContracts,
  start: bitfinexProtocol,
};
