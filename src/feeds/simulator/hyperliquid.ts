/**
 * Hyperliquid as seen from outside: fills of at most ten accounts, old ones first; a liquidation shows
 * only in the fills of the two accounts that traded. One address serves every look-up.
 * https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
 */

import { perpetual, type SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import { FUNDING_HOURS } from "./market-figures.ts";
import type {
  SimulatedClient,
  SimulatedMessage,
  SimulatedProtocol,
  Simulation,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";

const USERS_MAX = 10;
const SNAPSHOT_MAX = 2_000;
/** "closes any connection if it hasn't sent a message to it in the last 60 seconds". */
const UNTOLD_MS_MAX = 60_000;
const CHILD_VAULTS = 7;

/** The account at a place: 0 = the one that is liquidated, from 1 on the vaults. */
export function simulatedAccount(place: number): string {
  return `0x${place.toString(16).padStart(40, "0")}`;
}

class HyperliquidProtocol implements SimulatedProtocol {
  readonly #host: SimulatorHost;
  #waiting: VenueOrder[] = [];

  constructor(host: SimulatorHost) {
    this.#host = host;
  }

  accepts(path: string): boolean {
    return path === "/ws";
  }

  greeting(): string {
    return "Websocket connection established.";
  }

  receive(client: SimulatedClient, text: string): void {
    const request = asFields(parsed(text));
    const subscription = asFields(request?.subscription);
    const user = String(subscription?.user).toLowerCase();
    const { method } = request ?? {};
    const say = (channel: string, data?: unknown) => client.send(JSON.stringify({ channel, data }));
    if (method === "ping") {
      say("pong");
      return;
    }
    const isKnown = subscription?.type === "userFills" && /^0x[0-9a-f]{40}$/.test(user);
    if (!isKnown || (method !== "subscribe" && method !== "unsubscribe")) {
      say("error", `Error parsing JSON into valid websocket request: ${text}`);
      return;
    }
    if (method === "subscribe") {
      const fault = this.#host.takeSubscribeFault();
      if (fault === "ignored") return;
      if (fault === "refused" || this.#users(user).size > USERS_MAX) {
        say("error", `Cannot track more than ${USERS_MAX} total users.: ${text}`);
        return;
      }
      client.subscriptions.add(user);
    } else client.subscriptions.delete(user);
    const answered = { type: "userFills", user, aggregateByTime: false };
    say("subscriptionResponse", { method, subscription: answered });
    if (method === "subscribe") {
      const fills = this.#past(user).slice(-SNAPSHOT_MAX);
      say("userFills", { isSnapshot: true, user, fills });
    }
  }

  /** Accounts watched over all connections, `user` too. */
  #users(user: string): ReadonlySet<string> {
    return new Set([...this.#host.clients().flatMap((client) => [...client.subscriptions]), user]);
  }

  #past(user: string): readonly object[] {
    const orders = this.#host.contracts().flatMap(({ symbol }) => this.#host.past(symbol));
    return orders.flatMap((order) =>
      fillsOf(order).flatMap(([owner, fill]) => (owner === user ? [fill] : [])),
    );
  }

  take(order: VenueOrder): void {
    this.#waiting.push(order);
  }

  release(): readonly VenueOrder[] {
    const orders = this.#waiting;
    this.#waiting = [];
    return orders;
  }

  messages(orders: readonly VenueOrder[]): readonly SimulatedMessage[] {
    const byUser = new Map<string, object[]>();
    for (const [user, fill] of orders.flatMap(fillsOf)) {
      byUser.set(user, [...(byUser.get(user) ?? []), fill]);
    }
    return [...byUser].map(([user, fills]) => {
      return { topic: user, body: { channel: "userFills", data: { user, fills } } };
    });
  }

  frameFor(_client: SimulatedClient, { body }: SimulatedMessage): string {
    return JSON.stringify(body);
  }

  keepTime(client: SimulatedClient, nowMs: number): void {
    if (nowMs - client.lastTrafficMs > UNTOLD_MS_MAX) client.cut(1000, "Inactive");
  }

  closingNotice(): null {
    return null;
  }

  rest(url: URL, body: string): unknown {
    if (url.pathname !== "/info") return null;
    const asked = asFields(parsed(body));
    if (asked?.type === "meta") {
      const universe = this.#host.contracts().map(({ symbol: name }) => ({ name, szDecimals: 4 }));
      return { universe: [...universe, { name: "OLD", szDecimals: 2, isDelisted: true }] };
    }
    if (asked?.type === "metaAndAssetCtxs") return metaAndContexts(this.#host);
    if (asked?.type !== "vaultDetails") return null;
    const childAddresses = Array.from({ length: CHILD_VAULTS }, (_, index) =>
      simulatedAccount(index + 1),
    );
    return {
      vaultAddress: asked.vaultAddress,
      relationship: { type: "parent", data: { childAddresses } },
    };
  }
}

/** Two lists side by side; funding is paid every hour. */
function metaAndContexts(host: SimulatorHost): readonly unknown[] {
  const known = host.contracts().flatMap((contract) => {
    const figures = host.figuresOf(contract);
    return figures === null ? [] : [{ name: contract.symbol, ...figures }];
  });
  const universe = known.map(({ name }) => ({ name, szDecimals: 4, maxLeverage: 50 }));
  const contexts = known.map(({ price, baseUnits, rate }) => ({
    ...{ markPx: price, oraclePx: price, midPx: price, premium: "0.0" },
    ...{ openInterest: String(baseUnits), funding: String(Number(rate) / FUNDING_HOURS) },
  }));
  return [{ universe }, contexts];
}

/** A vault makes the market that the liquidated account takes; both see the trade, under one tid. */
function fillsOf(order: VenueOrder): readonly (readonly [string, object])[] {
  const { number, contract, positionSide, price, size, atMs } = order;
  const isLong = positionSide === "long";
  const liquidated = simulatedAccount(0);
  const shared = {
    coin: contract.symbol,
    px: price,
    sz: size,
    time: atMs,
    hash: `0x${number.toString(16).padStart(64, "0")}`,
    tid: 340_554_939_000_000 + number,
    liquidation: { liquidatedUser: liquidated, markPx: price, method: "market" },
    feeToken: "USDC",
  };
  const maker = { ...shared, dir: isLong ? "Open Long" : "Open Short", crossed: false };
  const taker = { ...shared, dir: `Liquidated Cross ${isLong ? "Long" : "Short"}`, crossed: true };
  return [
    [simulatedAccount(1 + (number % CHILD_VAULTS)), { ...maker, side: isLong ? "B" : "A" }],
    [liquidated, { ...taker, side: isLong ? "A" : "B" }],
  ];
}

function hyperliquidContract(asset: string): SimulatedContract {
  const listed = perpetual(asset);
  const symbol = listed.coinsPerBase === 1000 ? `k${asset}` : asset;
  return { ...listed, symbol, base: symbol, quote: "USDC", settle: "USDC" };
}

export const hyperliquidSimulation: Simulation = {
  contractsOf: (asset) => [hyperliquidContract(asset)],
  start: (host) => new HyperliquidProtocol(host),
};
