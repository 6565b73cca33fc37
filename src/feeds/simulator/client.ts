/** One socket of the simulator with the faults that a test may order for it. */
import type { WebSocket } from "ws";
import type { SimulatedClient } from "./protocol.ts";

export class ClientSocket implements SimulatedClient {
  readonly path: string;
  readonly subscriptions = new Set<string>();
  readonly connectedAtMs: number;
  lastTrafficMs: number;
  lastPingMs: number;
  readonly #socket: WebSocket;
  readonly #nowMs: () => number;
  #isSilent = false;

  constructor(socket: WebSocket, path: string, nowMs: () => number) {
    this.#socket = socket;
    this.#nowMs = nowMs;
    this.path = path;
    this.connectedAtMs = nowMs();
    this.lastTrafficMs = this.connectedAtMs;
    this.lastPingMs = this.connectedAtMs;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  send(frame: string | Uint8Array): void {
    if (this.#isSilent || this.#socket.readyState !== this.#socket.OPEN) return;
    this.lastTrafficMs = this.#nowMs();
    this.#socket.send(frame);
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
