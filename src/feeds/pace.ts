/** How fast requests go out: a venue allows so many frames a second, of a socket or of an address. */
import type { Cancel } from "../runtime.ts";
import type { FeedContext } from "./feed-context.ts";
import type { Socket } from "./socket.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Turns for sending: one text frame per interval, first come, first served. */
export class SendPace {
  readonly #everyMs: number;
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(sendsPerSecond: number) {
    this.#everyMs = 1000 / sendsPerSecond;
  }

  /** Takes the next turn and returns how long until it comes, ms; 0 = send now. */
  reserve(nowMs: number): number {
    const turnMs = Math.max(nowMs, this.#freeAtMs);
    this.#freeAtMs = turnMs + this.#everyMs;
    return turnMs - nowMs;
  }
}

/** Sends the queued frames of one connection, each when its turn has come. */
export class PacedSender {
  readonly #context: Pick<FeedContext, "runtime">;
  readonly #socket: Pick<Socket, "send">;
  readonly #subscriptions: Subscriptions;
  readonly #pace: SendPace;
  #cancel: Cancel | null = null;
  #isStopped = false;

  constructor(
    context: Pick<FeedContext, "runtime" | "venue" | "sharedPace">,
    socket: Pick<Socket, "send">,
    subscriptions: Subscriptions,
  ) {
    this.#context = context;
    this.#socket = socket;
    this.#subscriptions = subscriptions;
    this.#pace = context.sharedPace ?? new SendPace(context.venue.limits.sendsPerSecond);
  }

  /** Called whenever something may have been queued. */
  pump(): void {
    if (this.#isStopped || this.#cancel !== null || !this.#subscriptions.hasQueued) return;
    const { runtime } = this.#context;
    const waitMs = this.#pace.reserve(runtime.monotonicMs());
    if (waitMs === 0) this.#sendNext();
    else this.#cancel = runtime.after(waitMs, () => this.#sendNext());
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #sendNext(): void {
    this.#cancel = null;
    const text = this.#subscriptions.next(this.#context.runtime.monotonicMs());
    if (text !== null) this.#socket.send(text);
    this.pump();
  }
}
