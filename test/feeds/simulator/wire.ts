/** Bare clients of a simulator: it is judged by its wire alone, without our decoders. */

import { gunzipSync } from "node:zlib";
import { WebSocket } from "ws";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../../../src/feeds/simulator/server.ts";
import type { VenueId } from "../../../src/liquidation.ts";
import { SteppedRuntime } from "../stepped-runtime.ts";

export class WireClient {
  readonly texts: string[] = [];
  readonly #runtime: SteppedRuntime;
  readonly #socket: WebSocket;
  closeCode: number | null = null;

  constructor(url: string, runtime: SteppedRuntime) {
    this.#runtime = runtime;
    this.#socket = new WebSocket(url, { perMessageDeflate: false });
    this.#socket.on("message", (data, isPacked) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
      this.texts.push(String(isPacked ? gunzipSync(bytes) : bytes));
    });
    this.#socket.on("error", () => {});
    this.#socket.on("close", (code) => {
      this.closeCode = code;
    });
  }

  get messages(): unknown[] {
    return this.texts.map((text) => (text === "pong" ? text : JSON.parse(text)));
  }

  opened(): Promise<void> {
    return this.#runtime.settle(() => this.#socket.readyState === WebSocket.OPEN);
  }

  closed(): Promise<void> {
    return this.#runtime.settle(() => this.closeCode !== null);
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Sends and waits for so many texts in all. */
  async ask(text: string, answers: number): Promise<void> {
    await this.opened();
    this.send(text);
    await this.#runtime.settle(() => this.texts.length === answers);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

export class Wire {
  readonly runtime: SteppedRuntime;
  readonly simulator: Simulator;
  readonly #venue: VenueId;
  readonly #clients: WireClient[] = [];

  constructor(venue: VenueId, runtime: SteppedRuntime, simulator: Simulator) {
    this.#venue = venue;
    this.runtime = runtime;
    this.simulator = simulator;
  }

  static async open(venue: VenueId): Promise<Wire> {
    const runtime = new SteppedRuntime();
    const assets = ["BTC", "PEPE"];
    return new Wire(venue, runtime, await startSimulator({ venue, runtime, assets }));
  }

  connect(path: string): WireClient {
    const client = new WireClient(this.simulator.wsUrl + path, this.runtime);
    this.#clients.push(client);
    return client;
  }

  publish(more: Partial<SimulatedLiquidation> = {}): void {
    this.simulator.publish({
      venue: this.#venue,
      asset: "BTC",
      positionSide: "long",
      price: "60000",
      baseSize: "0.5",
      atMs: this.runtime.nowMs(),
      ...more,
    });
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.simulator.stop();
  }
}
