/** One socket of the simulator with the faults that a test may order for it. */
import type { IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import type { WebSocket } from "ws";
import type { SimulatedClient, Simulation } from "./protocol.ts";

export class ClientSocket implements SimulatedClient {
  readonly path: string;
  readonly subscriptions = new Set<string>();
  readonly connectedAtMs: number;
  lastTrafficMs: number;
  lastHeardMs: number;
  lastPingMs: number;
  readonly #socket: WebSocket;
  readonly #nowMs: () => number;
  readonly #headers: IncomingMessage["headers"];
  readonly #compression: Simulation["compression"];
  #isSilent = false;

  constructor(
    socket: WebSocket,
    request: IncomingMessage,
    { nowMs, compression }: { nowMs: () => number; compression: Simulation["compression"] },
  ) {
    this.#socket = socket;
    this.#nowMs = nowMs;
    this.#headers = request.headers;
    this.#compression = compression;
    this.path = request.url ?? "/";
    this.connectedAtMs = nowMs();
    this.lastTrafficMs = this.connectedAtMs;
    this.lastHeardMs = this.connectedAtMs;
    this.lastPingMs = this.connectedAtMs;
    for (const frame of ["message", "ping", "pong"]) {
      socket.on(frame, () => {
        this.lastHeardMs = nowMs();
      });
    }
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  header(name: string): string | null {
    const value = this.#headers[name];
    return typeof value === "string" ? value : null;
  }

  send(frame: string): void {
    if (this.#isSilent || this.#socket.readyState !== this.#socket.OPEN) return;
    this.lastTrafficMs = this.#nowMs();
    this.#socket.send(this.#compression === undefined ? frame : gzipSync(frame));
  }

  ping(): void {
    this.lastPingMs = this.#nowMs();
    if (!this.#isSilent && this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  cut(code: number, reason: string): void {
    if (!this.#isSilent) this.#socket.close(code, reason);
  }

  drop(): void {
    this.#socket.terminate();
  }

  /** Like a peer behind a dead link: bytes are no longer read, so that pings stay unanswered too. */
  goSilent(): void {
    this.#isSilent = true;
    this.#socket.pause();
  }
}
