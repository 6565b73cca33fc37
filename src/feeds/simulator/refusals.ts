/** Faults that a test ordered, each taken by the next that runs into it. */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { SubscribeFault } from "./protocol.ts";

export interface HttpRefusal {
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** Where a redirect leads. */
  readonly location?: string;
}

/** What the next client or request runs into. */
export interface Refusals {
  /** HTTP status of the next WebSocket upgrades. */
  readonly upgrade?: HttpRefusal;
  readonly subscribe?: SubscribeFault;
  /** HTTP status of the next REST look-ups. */
  readonly rest?: HttpRefusal;
  /** How often; 1 when left out. */
  readonly times?: number;
}

export class RefusalBook {
  readonly #upgrades: HttpRefusal[] = [];
  readonly #subscribes: SubscribeFault[] = [];
  readonly #rests: HttpRefusal[] = [];

  add({ upgrade, subscribe, rest, times = 1 }: Refusals): void {
    for (let count = 0; count < times; count += 1) {
      if (upgrade !== undefined) this.#upgrades.push(upgrade);
      if (subscribe !== undefined) this.#subscribes.push(subscribe);
      if (rest !== undefined) this.#rests.push(rest);
    }
  }

  clear(): void {
    for (const list of [this.#upgrades, this.#subscribes, this.#rests]) list.length = 0;
  }

  takeUpgrade(): HttpRefusal | null {
    return this.#upgrades.shift() ?? null;
  }

  takeSubscribe(): SubscribeFault | null {
    return this.#subscribes.shift() ?? null;
  }

  takeRest(): HttpRefusal | null {
    return this.#rests.shift() ?? null;
  }
}

export function refuseUpgrade(stream: Duplex, refusal: HttpRefusal): void {
  const { status, retryAfterSeconds } = refusal;
  const retryAfter = retryAfterSeconds === undefined ? "" : `Retry-After: ${retryAfterSeconds}\r\n`;
  stream.end(`HTTP/1.1 ${status} Refused\r\n${retryAfter}Connection: close\r\n\r\n`);
}

export function refuseLookUp(
  response: ServerResponse,
  { status, retryAfterSeconds, location }: HttpRefusal,
): void {
  if (location !== undefined) response.setHeader("location", location);
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  response.writeHead(status).end();
}
