/**
 * Lighter as seen from outside: one channel per market, known by its number; each subscription
 * begins with the last 50 liquidations; too many messages cost the connection.
 * https://apidocs.lighter.xyz/docs/websocket-reference
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
import { quoteAmountOf } from "./units.ts";

const SNAPSHOT_MAX = 50;
/** The documentation of 2026-01 says 100, the present one 500. */
const SUBSCRIPTIONS_MAX = 100;
/** Per address: 200 are documented, other software keeps to 80. */
const MESSAGES_PER_MINUTE_MAX = 80;
const MINUTE_MS = 60_000;
const PING_MS = 30_000;
/** "send something at least every 2 minutes". */
const UNHEARD_MS_MAX = 120_000;

class LighterProtocol implements SimulatedProtocol {
  readonly #host: SimulatorHost;
  readonly #marketIds = new Map<string, number>();
  readonly #pingedAtMs = new WeakMap<SimulatedClient, number>();
  #waiting: VenueOrder[] = [];
  #spokenAtMs: number[] = [];
  #nonce = 2_473_175_074;

  constructor(host: SimulatorHost) {
    this.#host = host;
  }

  accepts(path: string): boolean {
    return path === "/stream";
  }

  greeting(): string {
    const session_id = "b23c70b2-9ef8-4080-8f02-4edf34138329";
    return JSON.stringify({ session_id, type: "connected" });
  }

  receive(client: SimulatedClient, text: string): void {
    const nowMs = this.#host.nowMs();
    this.#spokenAtMs = this.#spokenAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    this.#spokenAtMs.push(nowMs);
    if (this.#spokenAtMs.length > MESSAGES_PER_MINUTE_MAX) {
      this.#refuse(client, 30_009, "Too Many Websocket Messages!");
      client.cut(1008, "too many websocket messages");
      return;
    }
    const request = asFields(parsed(text));
    const channel = String(request?.channel);
    if (request?.type === "pong") return;
    if (request?.type === "ping") client.send('{"type":"pong"}');
    else if (request?.type === "subscribe") this.#subscribe(client, channel);
    else if (request?.type === "unsubscribe") {
      if (!client.subscriptions.delete(channel)) this.#refuse(client, 30_002, "Not Subscribed");
      else client.send(JSON.stringify({ type: "unsubscribed", channel: pushed(channel) }));
    } else this.#refuse(client, 30_001, "Invalid Type");
  }

  #subscribe(client: SimulatedClient, channel: string): void {
    const fault = this.#host.takeSubscribeFault();
    const contract = this.#host.contracts().find((each) => this.#channelOf(each) === channel);
    if (fault === "ignored") return;
    if (fault === "refused") this.#refuse(client, 30_012, "Failed To Subscribe");
    else if (contract === undefined) this.#refuse(client, 30_005, "Invalid Channel:  (marketId)");
    else if (client.subscriptions.has(channel)) this.#refuse(client, 30_003, "Already Subscribed");
    else if (client.subscriptions.size === SUBSCRIPTIONS_MAX) {
      this.#refuse(client, 23_001, "Too Many Subscriptions");
    } else {
      client.subscriptions.add(channel);
      const past = this.#host.past(contract.symbol).slice(-SNAPSHOT_MAX);
      client.send(JSON.stringify(this.#body("subscribed/trade", channel, past)));
    }
  }

  #refuse(client: SimulatedClient, code: number, message: string): void {
    client.send(JSON.stringify({ error: { code, message } }));
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
    const topics = new Set(orders.map((order) => this.#channelOf(order.contract)));
    return [...topics].map((topic) => {
      const ofTopic = orders.filter((order) => this.#channelOf(order.contract) === topic);
      return { topic, body: this.#body("update/trade", topic, ofTopic) };
    });
  }

  frameFor(_client: SimulatedClient, { body }: SimulatedMessage): string {
    return JSON.stringify(body);
  }

  keepTime(client: SimulatedClient, nowMs: number): void {
    if (nowMs - client.lastHeardMs > UNHEARD_MS_MAX) client.cut(1000, "no frame in 2 minutes");
    if (nowMs - (this.#pingedAtMs.get(client) ?? client.connectedAtMs) < PING_MS) return;
    this.#pingedAtMs.set(client, nowMs);
    client.send('{"type":"ping"}');
  }

  closingNotice(): null {
    return null;
  }

  rest(url: URL): unknown {
    if (url.pathname !== "/api/v1/orderBooks") return null;
    const perps = this.#host.contracts().map(({ symbol }) => ({
      symbol,
      market_id: this.#marketIdOf(symbol),
      market_type: "perp",
      status: "active",
      liquidation_fee: "1.0000",
      min_base_amount: "0.0050",
    }));
    const spot = { symbol: "ETH/USDC", market_id: 2048, market_type: "spot", status: "active" };
    return { code: 200, order_books: [...perps, spot] };
  }

  /** Newest first; lists that hold nothing are null, as they were seen in 2025. */
  #body(type: string, topic: string, orders: readonly VenueOrder[]): object {
    this.#nonce += 1;
    const liquidations = orders.map((order) => this.#trade(order)).reverse();
    return {
      channel: pushed(topic),
      liquidation_trades: liquidations.length === 0 ? null : liquidations,
      nonce: this.#nonce,
      trades: [],
      type,
    };
  }

  /** The liquidated account takes: a long is sold to a maker that bids. */
  #trade(order: VenueOrder): object {
    const { number, contract, positionSide, price, size, atMs } = order;
    const isShort = positionSide === "short";
    const [taker, maker] = [281_475_209_700_000 + number, 562_949_723_800_000 + number];
    return {
      trade_id: 212_690_000 + number,
      trade_id_str: String(212_690_000 + number),
      type: "liquidation",
      market_id: this.#marketIdOf(contract.symbol),
      size,
      price,
      usd_amount: quoteAmountOf(order),
      ask_id: isShort ? maker : taker,
      bid_id: isShort ? taker : maker,
      is_maker_ask: isShort,
      timestamp: atMs,
      transaction_time: atMs * 1000,
      taker_fee: 10_000,
    };
  }

  #channelOf({ symbol }: SimulatedContract): string {
    return `trade/${this.#marketIdOf(symbol)}`;
  }

  #marketIdOf(symbol: string): number {
    const known = this.#marketIds.get(symbol) ?? this.#marketIds.size;
    this.#marketIds.set(symbol, known);
    return known;
  }
}

function pushed(channel: string): string {
  return channel.replace("/", ":");
}

/** A perpetual is named by its base alone. */
function lighterContract(asset: string): SimulatedContract {
  const listed = perpetual(asset);
  return { ...listed, symbol: listed.base, quote: "USDC", settle: "USDC" };
}

export const lighterSimulation: Simulation = {
  contractsOf: (asset) => [lighterContract(asset)],
  start: (host) => new LighterProtocol(host),
};
