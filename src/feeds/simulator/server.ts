/**
 * A venue on loopback: real WebSockets and HTTP, the venue's own protocol, and faults on order. It
 * is the other end of the wire for tests and for the demo, and shares no code with the decoders.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { LiqError } from "../../errors.ts";
import type { Cancel } from "../../runtime.ts";
import { ClientSocket } from "./client.ts";
import { SIMULATED_ASSETS, type SimulatedContract } from "./contracts.ts";
import { marketFigures } from "./market-figures.ts";
import type {
  PublishedOrder,
  SimulatedClient,
  SimulatedLiquidation,
  SimulatedMessage,
  SimulatedProtocol,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";
import { RefusalBook, type Refusals, refuseLookUp, refuseUpgrade } from "./refusals.ts";
import { simulatedContracts, simulationOf } from "./simulations.ts";
import type { Handshake, LookUp, Simulator, SimulatorOptions } from "./simulator.ts";
import { toVenueOrder } from "./units.ts";

export type { SimulatedLiquidation } from "./protocol.ts";
export type { Simulator, SimulatorOptions } from "./simulator.ts";

/** Batches, pings and cuts are looked at this often, ms. */
const TICK_MS = 50;
/** Binance pings every 3 minutes. All do here: a control frame must not put off other heartbeats. */
const SERVER_PING_MS = 180_000;
/** Published orders remembered for `truth()`; the oldest go first. */
export const TRUTH_ORDERS_MAX = 200_000;
/** REST look-ups remembered for `lookUps()`; the oldest go first. */
const LOOK_UPS_MAX = 10_000;

/** Listens on a free port of 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const server = new SimulatorServer(options);
  await server.listen();
  return server;
}

class SimulatorServer implements Simulator {
  prices: Readonly<Record<string, string>> = { BTC: "100000.00", ETH: "4000.00" };
  openInterest: Readonly<Record<string, number>> = {};
  funding: Readonly<Record<string, number>> = {};
  readonly #options: SimulatorOptions;
  readonly #http: Server;
  readonly #upgrades: WebSocketServer;
  readonly #protocol: SimulatedProtocol;
  readonly #contracts: Map<string, SimulatedContract>;
  readonly #clients = new Set<ClientSocket>();
  readonly #truth: PublishedOrder[] = [];
  readonly #handshakes: Handshake[] = [];
  readonly #lookUps: LookUp[] = [];
  readonly #refusals = new RefusalBook();
  /** What is sent again is the same order. */
  readonly #numbers = new WeakMap<SimulatedLiquidation, number>();
  #replays: readonly SimulatedLiquidation[] = [];
  #lastNumber = 0;
  #stopTicking: Cancel = () => {};
  #port = 0;

  constructor(options: SimulatorOptions) {
    const { venue, assets = SIMULATED_ASSETS, restPageMax = Number.POSITIVE_INFINITY } = options;
    this.#options = options;
    const contracts = simulatedContracts(venue, assets);
    this.#contracts = new Map(contracts.map((contract) => [contract.symbol, contract]));
    this.#protocol = simulationOf(venue).start(this.#host(), { restPageMax });
    this.#http = createServer((request, response) => this.#onRequest(request, response));
    // It would compress if asked to, so that a client that asks is found out.
    this.#upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    this.#http.on("upgrade", (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#http.address();
    this.#port = typeof address === "object" && address !== null ? address.port : 0;
    this.#stopTicking = this.#options.runtime.every(TICK_MS, () => this.#tick());
  }

  publish(event: SimulatedLiquidation): void {
    this.#protocol.take(this.#orderOf(event));
  }

  truth(): readonly PublishedOrder[] {
    return this.#truth;
  }

  replayOnSubscribe(events: readonly SimulatedLiquidation[]): void {
    this.#replays = events;
  }

  dropConnections(count = this.#clients.size): void {
    for (const client of [...this.#clients].slice(0, count)) client.drop();
  }

  goSilent(): void {
    for (const client of this.#clients) client.goSilent();
  }

  refuseNext(refusals: Refusals): void {
    this.#refusals.add(refusals);
  }

  mend(): void {
    this.#refusals.clear();
  }

  announceClosing(): void {
    const notice = this.#protocol.closingNotice();
    if (notice !== null) this.sendRaw(notice);
  }

  sendRaw(text: string): void {
    for (const client of this.#clients) client.send(text);
  }

  list(contract: SimulatedContract): void {
    this.#contracts.set(contract.symbol, contract);
  }

  delist(symbol: string): void {
    this.#contracts.delete(symbol);
  }

  lookUps(): readonly LookUp[] {
    return this.#lookUps;
  }

  handshakes(): readonly Handshake[] {
    return this.#handshakes;
  }

  subscriptions(): readonly string[] {
    return [...this.#clients].flatMap((client) => [...client.subscriptions]);
  }

  connectionCount(): number {
    return this.#clients.size;
  }

  async stop(): Promise<void> {
    this.#stopTicking();
    this.dropConnections();
    this.#upgrades.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #host(): SimulatorHost {
    const { runtime } = this.#options;
    return {
      nowMs: () => runtime.nowMs(),
      contracts: () => [...this.#contracts.values()],
      clients: () => [...this.#clients],
      takeSubscribeFault: () => this.#refusals.takeSubscribe(),
      replay: (client) => this.#replay(client),
      past: (symbol) => this.#past(symbol),
      priceOf: (asset) => this.prices[asset] ?? null,
      figuresOf: (contract) => marketFigures(contract, this, this.#contracts.values()),
    };
  }

  #orderOf(event: SimulatedLiquidation): VenueOrder {
    const number = this.#numbers.get(event) ?? this.#lastNumber + 1;
    this.#lastNumber = Math.max(this.#lastNumber, number);
    this.#numbers.set(event, number);
    return toVenueOrder(event, this.#contractOf(event), number);
  }

  #past(symbol: string): readonly VenueOrder[] {
    const orders = [...this.#truth, ...this.#replays.map((event) => this.#orderOf(event))];
    const past = orders.filter((order) => order.contract.symbol === symbol);
    const each = new Map(past.map((order) => [order.number, order])).values();
    return [...each].sort((left, right) => left.atMs - right.atMs);
  }

  #contractOf({ symbol, asset, venue }: SimulatedLiquidation): SimulatedContract {
    const named = symbol === undefined ? undefined : this.#contracts.get(symbol);
    const contracts = symbol === undefined ? [...this.#contracts.values()] : [];
    const contract = named ?? contracts.find((listed) => listed.asset === asset);
    if (contract !== undefined && venue === this.#options.venue) return contract;
    const wanted = `${venue} ${symbol ?? asset}`;
    throw new LiqError(
      "LIQ_INSTRUMENT",
      `The simulator of ${this.#options.venue} lists no ${wanted}`,
    );
  }

  #tick(): void {
    const nowMs = this.#options.runtime.nowMs();
    const orders = this.#protocol.release(nowMs);
    if (orders.length > 0) this.#send(orders, nowMs);
    const lifeMs = this.#options.connectionLifeMs ?? Number.POSITIVE_INFINITY;
    for (const client of this.#clients) {
      if (nowMs - client.connectedAtMs >= lifeMs) client.cut(1000, "connection life is over");
      if (nowMs - client.lastPingMs >= SERVER_PING_MS) client.ping();
      this.#protocol.keepTime(client, nowMs);
    }
  }

  #send(orders: readonly VenueOrder[], nowMs: number): void {
    for (const order of orders) this.#truth.push({ ...order, publishedAtMs: nowMs });
    if (this.#truth.length > TRUTH_ORDERS_MAX) {
      this.#truth.splice(0, this.#truth.length - TRUTH_ORDERS_MAX);
    }
    const messages = this.#protocol.messages(orders, nowMs);
    for (const client of this.#clients) this.#sendTo(client, messages);
  }

  #sendTo(client: SimulatedClient, messages: readonly SimulatedMessage[]): void {
    for (const message of messages) {
      const isWanted = client.subscriptions.has(message.topic);
      const frame = isWanted ? this.#protocol.frameFor(client, message) : null;
      if (frame !== null) client.send(frame);
    }
  }

  #replay(client: SimulatedClient): void {
    const orders = this.#replays.map((event) => this.#orderOf(event));
    const nowMs = this.#options.runtime.nowMs();
    const messages =
      this.#protocol.replays?.(orders, nowMs) ?? this.#protocol.messages(orders, nowMs);
    this.#sendTo(client, messages);
  }

  #onUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const path = request.url ?? "/";
    const offered = request.headers["sec-websocket-extensions"] ?? null;
    this.#handshakes.push({ atMs: this.#options.runtime.nowMs(), path, extensions: offered });
    const refusal = this.#refusals.takeUpgrade();
    if (refusal !== null || !this.#protocol.accepts(path)) {
      refuseUpgrade(stream, refusal ?? { status: 404 });
      return;
    }
    this.#upgrades.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket, request));
  }

  #welcome(socket: WebSocket, request: IncomingMessage): void {
    const { runtime, venue } = this.#options;
    const { compression } = simulationOf(venue);
    const client = new ClientSocket(socket, request, { nowMs: () => runtime.nowMs(), compression });
    this.#clients.add(client);
    socket.on("close", () => this.#clients.delete(client));
    socket.on("error", () => client.drop());
    const greeting = this.#protocol.greeting?.();
    if (greeting !== undefined) client.send(greeting);
    socket.on("message", (data) => {
      client.lastTrafficMs = runtime.nowMs();
      if (!client.isSilent) this.#protocol.receive(client, String(data));
    });
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    this.#lookUps.push({ atMs: this.#options.runtime.nowMs(), path });
    if (this.#lookUps.length > LOOK_UPS_MAX) this.#lookUps.shift();
    const refusal = this.#refusals.takeRest();
    const asked = await textOf(request);
    const url = new URL(path, this.restUrl);
    const body = refusal === null ? this.#protocol.rest(url, asked) : null;
    if (refusal !== null) refuseLookUp(response, refusal);
    else if (body === null) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
