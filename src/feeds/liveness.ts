/**
 * Whether the other end of a connection is still there. `open` is not health: a half-open TCP
 * connection stays open for hours. Only bytes count (data, pongs, pings), and when none come the
 * venue's heartbeat asks for some. Durations are on the monotonic clock.
 */
import type { Heartbeat } from "./venue.ts";

export type LivenessVerdict = "fine" | "ask" | "dead";

export class Liveness {
  readonly #heartbeat: Heartbeat;
  readonly #silenceMsMax: number;
  #lastByteMs: number;
  #lastMessageMs: number;
  #lastAskedMs: number;
  #isSuspected = false;

  constructor(limits: { heartbeat: Heartbeat; silenceMsMax: number }, nowMs: number) {
    this.#heartbeat = limits.heartbeat;
    this.#silenceMsMax = limits.silenceMsMax;
    this.#lastByteMs = nowMs;
    this.#lastMessageMs = nowMs;
    this.#lastAskedMs = nowMs;
  }

  /**
   * A control frame proves that the peer is there but does not replace our heartbeat: a venue that
   * cuts idle connections may count messages only.
   */
  heard(what: "message" | "control-frame", nowMs: number): void {
    this.#lastByteMs = nowMs;
    if (what === "message") this.#lastMessageMs = nowMs;
    this.#isSuspected = false;
  }

  silentMs(nowMs: number): number {
    return nowMs - this.#lastByteMs;
  }

  /**
   * Called at a steady pace. A connection is dead only when two checks in a row find it silent:
   * after our own event loop stood still, the first check runs before the waiting bytes are read.
   */
  check(nowMs: number): LivenessVerdict {
    if (this.silentMs(nowMs) > this.#silenceMsMax) {
      if (this.#isSuspected) return "dead";
      this.#isSuspected = true;
    }
    const { everyMs, isUnconditional } = this.#heartbeat;
    const heardMs = isUnconditional ? Number.NEGATIVE_INFINITY : this.#lastMessageMs;
    if (nowMs - Math.max(heardMs, this.#lastAskedMs) < everyMs) return "fine";
    this.#lastAskedMs = nowMs;
    return "ask";
  }
}
