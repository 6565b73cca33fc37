/**
 * Kraken Futures as seen from outside: a list of products per subscription, an unknown one refused by
 * name, old trades on subscribe, and a cut for clients that do not ping.
 * https://docs.kraken.com/exchange/api-reference/futures-websocket/trade
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

const FEED = "trade";
/** "make a ping request at least every 60 seconds". */
const UNHEARD_MS_MAX = 60_000;
const SNAPSHOT_MAX = 100;

function krakenProtocol(host: SimulatorHost): SimulatedProtocol {
  return {
    accepts: (path) => path === "/ws/v1",
    greeting: () => JSON.stringify({ event: "info", version: 1 }),
    receive: (client, text) => answer(host, client, text),
    ...straight(),
    messages: (orders) =>
      orders.map((order): SimulatedMessage => {
        return { topic: order.contract.symbol, body: trade(order) };
      }),
    frameFor: (_client, { body }) => JSON.stringify(body),
    keepTime(client, nowMs) {
      if (nowMs - client.lastHeardMs > UNHEARD_MS_MAX) client.cut(1000, "no ping in 60 s");
    },
    closingNotice: () => null,
    rest: (url) => instruments(url, host),
  };
}

function answer(host: SimulatorHost, client: SimulatedClient, text: string): void {
  const request = asFields(parsed(text));
  const say = (fields: object) => client.send(JSON.stringify(fields));
  const { event, feed } = request ?? {};
  if (request === null) {
    say({ event: "error", message: "Json Error" });
    return;
  }
  if (feed !== FEED || (event !== "subscribe" && event !== "unsubscribe")) {
    say({ event: "error", message: "Invalid feed" });
    return;
  }
  const fault = event === "subscribe" ? host.takeSubscribeFault() : null;
  if (fault === "ignored") return;
  if (fault === "refused") {
    say({ event: "error", message: "Invalid product id" });
    return;
  }
  const asked = Array.isArray(request.product_ids) ? request.product_ids.map(String) : [];
  const listed = new Set(host.contracts().map(({ symbol }) => symbol));
  const known = asked.filter((product) => listed.has(product));
  for (const product of asked) {
    if (listed.has(product)) continue;
    say({ event: "alert", message: `Couldn't subscribe to invalid product \`${product}\`` });
  }
  if (known.length === 0) return;
  if (event === "unsubscribe") {
    for (const product of known) client.subscriptions.delete(product);
    say({ event: "unsubscribed ", feed, product_ids: known });
    return;
  }
  say({ event: "subscribed ", feed, product_ids: known });
  for (const product of known) {
    client.subscriptions.add(product);
    const trades = host.past(product).slice(-SNAPSHOT_MAX).map(trade).reverse();
    say({ feed: "trade_snapshot", product_id: product, trades });
  }
}

/** The liquidation order takes: it sells what was long. */
function trade({ number, contract, positionSide, price, size, atMs }: VenueOrder): object {
  return {
    feed: FEED,
    product_id: contract.symbol,
    uid: `3ee209b8-bc9f-4ed5-965b-${String(number).padStart(12, "0")}`,
    side: positionSide === "long" ? "sell" : "buy",
    type: "liquidation",
    seq: 41_000 + number,
    time: atMs,
    qty: Number(size),
    price: Number(price),
  };
}

function instruments(url: URL, host: SimulatorHost): object | null {
  if (url.pathname !== "/derivatives/api/v3/instruments") return null;
  const listed = host.contracts().map(({ symbol, base, quote, isInverse, contractSize }) => ({
    symbol,
    type: isInverse ? "futures_inverse" : "flexible_futures",
    tickSize: 0.5,
    contractSize: Number(contractSize),
    tradeable: true,
    base,
    quote,
    pair: `${base}:${quote}`,
  }));
  const index = { symbol: "in_xbtusd", type: "spot index", tradeable: false };
  return { result: "success", instruments: [...listed, index] };
}

function krakenContracts(asset: string): SimulatedContract[] {
  const code = asset === "BTC" ? "XBT" : asset;
  const money = { quote: "USD", settle: "USD", base: asset, coinsPerBase: 1, sizeDecimals: 4 };
  const contracts = [{ ...perpetual(asset), symbol: `PF_${code}USD`, ...money }];
  if (asset === "BTC" || asset === "ETH") {
    contracts.push(coinMargined(asset, `PI_${code}USD`, "1"));
  }
  return contracts;
}

export const krakenSimulation: Simulation = {
  contractsOf: krakenContracts,
  start: krakenProtocol,
};
