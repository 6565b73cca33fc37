/**
 * Whether a target takes messages. A service that says that webhook, token or chat is gone parks it:
 * nothing more is sent, because services ban those who keep calling, and what is to be told waits.
 * A message that arrives re-arms it. Parked outlives a restart; then one message is tried again.
 */
import type { Log } from "../log.ts";
import type { ParkedTarget } from "../notice.ts";
import type { Runtime } from "../runtime.ts";
import type { DeliveryStore } from "../store/delivery-store.ts";
import type { TargetEvent } from "../store/store.ts";

/** What waited longer for a target is not sent any more: it is no news. */
export const WAITING_MS_MAX = 86_400_000;

export interface ParkingOptions {
  readonly target: string;
  /** As an earlier run, or earlier settings, left it: one message is tried; null = it works. */
  readonly parked: ParkedTarget | null;
  readonly store: Pick<DeliveryStore, "parkTarget" | "rearmTarget">;
  readonly runtime: Pick<Runtime, "nowMs">;
  readonly log: Log;
  readonly onTarget: (event: TargetEvent) => void;
}

export class Parking {
  readonly #options: ParkingOptions;
  #parked: ParkedTarget | null;
  #mayTry = true;

  constructor(options: ParkingOptions) {
    this.#options = options;
    this.#parked = options.parked;
  }

  get isParked(): boolean {
    return this.#parked !== null;
  }

  /** Why a message is not even tried; null = it is. */
  get refusal(): string | null {
    if (this.#parked === null || this.#mayTry) return null;
    return `Target is parked (${this.#parked.reason})`;
  }

  /** The service refused us. May be repeated when the store fails. */
  async park(reason: string): Promise<void> {
    const { target, store, runtime, log, onTarget } = this.#options;
    const { sinceMs } = this.#parked ?? { sinceMs: runtime.nowMs() };
    const parked = { target, sinceMs, reason };
    await store.parkTarget(parked);
    if (this.#parked === null) log.error({ target, reason }, "target parked");
    else log.warn({ target, reason }, "target is still parked");
    this.#parked = parked;
    this.#mayTry = false;
    onTarget({ type: "target", target, parked, resent: 0 });
  }

  /** A message arrived. Returns how many messages that waited are pending now; null = no change. */
  async rearm(): Promise<number | null> {
    if (this.#parked === null) return null;
    const { target, store, runtime, log, onTarget } = this.#options;
    const resent = await store.rearmTarget(target, runtime.nowMs() - WAITING_MS_MAX);
    this.#parked = null;
    log.info({ target, resent }, "target works again");
    onTarget({ type: "target", target, parked: null, resent });
    return resent;
  }
}
