/**
 * dYdX as seen from outside: a channel per market, 32 on a connection; who subscribes too fast or too
 * much is cut and shut out for a while. Written from the indexer's source.
 * https://github.com/dydxprotocol/v4-chain/tree/main/indexer/services/socks
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

const CHANNEL = "v4_trades";
const CHANNELS_MAX = 32;
const SUBSCRIBES_PER_SECOND_MAX = 2;
const SNAPSHOT_MAX = 100;
const CONNECTION_ID = "004a1efa-21bb-4b19-a2e9-a8ffadd6dc53";

function dydxProtocol(host: SimulatorHost): SimulatedProtocol {
  const asked = new WeakMap<SimulatedClient, number[]>();
  return {
    accepts: (path) => path === "/v4/ws",
    greeting: () => framed({ type: "connected" }),
    receive(client, text) {
      const nowMs = host.nowMs();
      const recent = (asked.get(client) ?? []).filter((atMs) => nowMs - atMs < 1_000);
      asked.set(client, [...recent, nowMs]);
      if (recent.length < SUBSCRIBES_PER_SECOND_MAX) {
        answer(host, client, text);
        return;
      }
      const message = "Too many subscribe attempts for channel v4_trades. Please  reconnect";
      client.send(framed({ type: "error", message }));
      client.cut(1008, JSON.stringify({ message: "Rate limited" }));
    },
    ...straight(),
    messages(orders) {
      const markets = new Set(orders.map(({ contract }) => contract.symbol));
      return [...markets].map((id): SimulatedMessage => {
        const trades = orders.filter(({ contract }) => contract.symbol === id).map(trade);
        const body = { type: "channel_data", channel: CHANNEL, id, version: "1.1.0" };
        return { topic: id, body: { ...body, contents: { trades } } };
      });
    },
    frameFor: (_client, { body }) => framed(body),
    keepTime() {},
    closingNotice: () => null,
    rest: (url) => perpetualMarkets(url, host),
  };
}

function framed(body: object): string {
  return JSON.stringify({ connection_id: CONNECTION_ID, message_id: 1, ...body });
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const { type, channel } = request ?? {};
  const id = String(request?.id);
  const refuse = (message: string) => client.send(framed({ type: "error", message }));
  if (type !== "subscribe" && type !== "unsubscribe") {
    refuse(`Invalid message type: ${String(type)}`);
    return;
  }
  if (channel !== CHANNEL) {
    refuse(`Invalid channel: ${String(channel)}`);
    return;
  }
  if (type === "unsubscribe") {
    client.subscriptions.delete(id);
    client.send(framed({ type: "unsubscribed", channel, id }));
    return;
  }
  const fault = host.takeSubscribeFault();
  if (fault === "ignored") return;
  const isListed = host.contracts().some(({ symbol }) => symbol === id);
  if (fault === "refused" || !isListed) {
    refuse(`Invalid subscription id for channel: (${CHANNEL}-${id})`);
  } else if (client.subscriptions.has(id)) {
    refuse(`Invalid subscribe message: already subscribed (${CHANNEL}-${id})`);
  } else if (client.subscriptions.size === CHANNELS_MAX) {
    refuse(`Per-connection subscription limit reached for ${CHANNEL} (limit=${CHANNELS_MAX}).`);
    client.cut(1008, JSON.stringify({ message: "Rate limited" }));
  } else {
    client.subscriptions.add(id);
    const trades = host.past(id).slice(-SNAPSHOT_MAX).map(trade).reverse();
    client.send(framed({ type: "subscribed", channel, id, contents: { trades } }));
  }
}

/** The liquidation order takes: it sells what was long. */
function trade({ number, positionSide, price, size, atMs }: VenueOrder): object {
  return {
    id: `064e8933${String(number).padStart(16, "0")}`,
    side: positionSide === "long" ? "SELL" : "BUY",
    size,
    price,
    type: "LIQUIDATED",
    createdAt: new Date(atMs).toISOString(),
    createdAtHeight: String(105_810_000 + number),
  };
}

function perpetualMarkets(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/v4/perpetualMarkets") return null;
  const markets = host.contracts().map(({ symbol: ticker }, place) => {
    const market = { clobPairId: String(place), ticker, status: "ACTIVE", marketType: "CROSS" };
    return [ticker, market] as const;
  });
  return { markets: Object.fromEntries(markets) };
}

function dydxContract(asset: string): SimulatedContract {
  const money = { quote: "USD", settle: "USDC", base: asset, coinsPerBase: 1, sizeDecimals: 4 };
  return { ...perpetual(asset), symbol: `${asset}-USD`, ...money };
}

export const dydxSimulation: Simulation = {
  contractsOf: (asset) => [dydxContract(asset)],
  start: dydxProtocol,
};
