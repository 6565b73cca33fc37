/** Faults that a test ordered, each taken by the next that runs into it. */
import type { SubscribeFault } from "./protocol.ts";

/** What the next client or request runs into. */
export interface Refusals {
  /** HTTP status of the next WebSocket upgrades. */
  readonly upgrade?: { readonly status: number; readonly retryAfterSeconds?: number };
  readonly subscribe?: SubscribeFault;
  /** HTTP status of the next REST look-ups. */
  readonly rest?: { readonly status: number };
  /** How often; 1 when left out. */
  readonly times?: number;
}

export class RefusalBook {
  readonly #upgrades: NonNullable<Refusals["upgrade"]>[] = [];
  readonly #subscribes: SubscribeFault[] = [];
  readonly #rests: number[] = [];

  add({ upgrade, subscribe, rest, times = 1 }: Refusals): void {
    for (let count = 0; count < times; count += 1) {
      if (upgrade !== undefined) this.#upgrades.push(upgrade);
      if (subscribe !== undefined) this.#subscribes.push(subscribe);
      if (rest !== undefined) this.#rests.push(rest.status);
    }
  }

  takeUpgrade(): NonNullable<Refusals["upgrade"]> | null {
    return this.#upgrades.shift() ?? null;
  }

  takeSubscribe(): SubscribeFault | null {
    return this.#subscribes.shift() ?? null;
  }

  /** The HTTP status to answer with. */
  takeRest(): number | null {
    return this.#rests.shift() ?? null;
  }
}
