/**
 * One shard of a venue, kept connected for good: a socket, its replacement before the venue cuts
 * it, and the way back after a failure. A lane knows nothing of other lanes but the shared budget.
 */

import type { UnsteadyFeed } from "../venue-facts.ts";
import { askedWaitMs, backoffDelayMs, failuresAfter, isTold, UNAVAILABLE_HERE } from "./backoff.ts";
import type { ConnectBudget } from "./budget.ts";
import { Connection, type Ended, type EndKind } from "./connection.ts";
import type { FeedContext } from "./feed-context.ts";
import type { ConnectionStatus } from "./feed-status.ts";
import { Steadiness } from "./steadiness.ts";
import type { Channel } from "./venue.ts";

/** Old and new connection both deliver for this long, ms; the engine counts each event once. */
export const OVERLAP_MS = 30_000;

export interface LanePlan {
  /** `linear/0`. */
  readonly shard: string;
  readonly channel: Channel;
  readonly url: string;
}

/** What a lane asks of the feed it belongs to. */
export interface LaneHost {
  readonly budget: ConnectBudget;
  nextName(channel: Channel): string;
  /** The topics worth asking for: those refused since the last refresh left out. */
  askable(topics: readonly string[]): readonly string[];
  /** The venue may not be used from here (HTTP 451). */
  disable(reason: string): void;
}

const ERROR_CODE_OF: Readonly<Partial<Record<EndKind, string>>> = {
  silent: "LIQ_SILENT",
  refused: "LIQ_REFUSED",
  unacknowledged: "LIQ_REFUSED",
};

export class Lane {
  readonly #context: FeedContext;
  readonly #host: LaneHost;
  readonly #plan: LanePlan;
  readonly #controller = new AbortController();
  readonly #live = new Set<Connection>();
  readonly #steadiness = new Steadiness();
  #last: Connection | null = null;
  #topics: readonly string[];
  #failures = 0;
  #reconnects = 0;

  constructor(
    context: FeedContext,
    host: LaneHost,
    plan: LanePlan & { topics: readonly string[] },
  ) {
    this.#context = context;
    this.#host = host;
    this.#plan = plan;
    this.#topics = plan.topics;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  /** Set while it hangs up again and again; null while a connection holds. */
  get unsteady(): UnsteadyFeed | null {
    return this.#steadiness.unsteady(Math.max(0, ...[...this.#live].map(({ heldMs }) => heldMs)));
  }

  /** Sockets that are up or coming up; when there are none, the one that ended last. */
  statuses(): ConnectionStatus[] {
    const shown = this.#live.size > 0 ? [...this.#live] : [this.#last];
    return shown.flatMap((connection) => (connection === null ? [] : [connection.status()]));
  }

  setTopics(topics: readonly string[]): void {
    this.#topics = topics;
    for (const connection of this.#live) connection.setTopics(this.#host.askable(topics));
  }

  stop(kind: "stopped" | "retired"): void {
    this.#controller.abort();
    for (const connection of this.#live) connection.stop(kind);
  }

  /** Resolves when it was stopped and its sockets are gone. */
  async run(): Promise<void> {
    let current: Connection | null = null;
    try {
      while (!this.#isStopped) {
        current ??= await this.#open();
        current = await this.#outlive(current);
      }
    } catch (thrown) {
      if (!this.#isStopped) throw thrown;
    }
    await Promise.all([...this.#live].map((connection) => connection.ended));
  }

  get #isStopped(): boolean {
    return this.#controller.signal.aborted;
  }

  #sleep(ms: number): Promise<void> {
    return this.#context.runtime.sleep(ms, this.#controller.signal);
  }

  async #open(): Promise<Connection> {
    const { budget, nextName, askable } = this.#host;
    for (;;) {
      const waitMs = budget.take(this.#context.runtime.monotonicMs());
      if (waitMs === 0) break;
      await this.#sleep(waitMs);
    }
    this.#controller.signal.throwIfAborted();
    const name = nextName(this.#plan.channel);
    const topics = askable(this.#topics);
    const connection = new Connection(this.#context, { ...this.#plan, name, topics });
    this.#live.add(connection);
    this.#last = connection;
    connection.ended.then(() => {
      this.#live.delete(connection);
      this.#context.onStateChange();
    });
    this.#context.onStateChange();
    return connection;
  }

  /** Waits for the end of `current` or for its replacement; null = open a new one now. */
  async #outlive(current: Connection): Promise<Connection | null> {
    const ended = await Promise.race([current.ended, current.renewal.then(() => null)]);
    if (ended === null) return this.#replace(current);
    await this.#rest(ended);
    return null;
  }

  /** Make before break: `current` goes on until the new connection delivers, and 30 s beyond. */
  async #replace(current: Connection): Promise<Connection | null> {
    this.#context.log.info({ shard: this.#plan.shard }, "Replacing a connection before its end");
    while (!current.hasEnded) {
      const next = await this.#open();
      if (await next.settled) {
        await this.#overlap(current, next);
        if (!next.hasEnded) {
          current.stop("replaced");
          return next;
        }
      }
      await this.#rest(await next.ended);
    }
    return null;
  }

  async #overlap(current: Connection, next: Connection): Promise<void> {
    const over = new AbortController();
    const { runtime } = this.#context;
    const overlap = runtime.sleep(OVERLAP_MS, over.signal).catch(() => {});
    await Promise.race([overlap, current.ended, next.ended]);
    over.abort();
  }

  /** Says why a connection ended, and waits as long as that calls for. */
  async #rest(ended: Ended): Promise<void> {
    if (this.#isStopped) return;
    const { runtime, log } = this.#context;
    this.#failures = failuresAfter(this.#failures, ended.healthyMs ?? 0);
    this.#steadiness.ended(ended, runtime.nowMs());
    this.#reconnects += 1;
    const waitMs = backoffDelayMs(this.#failures, runtime.random());
    log[isTold(this.#failures) ? "warn" : "debug"](
      {
        code: ERROR_CODE_OF[ended.kind] ?? "LIQ_SOCKET",
        shard: this.#plan.shard,
        reason: ended.reason,
        failures: this.#failures,
        waitMs,
      },
      "A connection ended",
    );
    if (ended.http !== null) this.#heed(ended.http);
    await this.#sleep(waitMs);
  }

  #heed(http: { readonly status: number; readonly retryAfter: string | null }): void {
    if (http.status === 451) this.#host.disable(UNAVAILABLE_HERE);
    const waitMs = askedWaitMs(http);
    if (waitMs === 0) return;
    this.#host.budget.closeUntil(this.#context.runtime.monotonicMs() + waitMs);
  }
}
