/** One socket from dialling to its end: subscribe, listen, keep alive, report. It never reconnects. */
import type { Cancel } from "../runtime.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { FeedContext } from "./feed-context.ts";
import type { ConnectionStatus, FeedState } from "./feed-status.ts";
import { FrameReader } from "./frame-reader.ts";
import { Liveness } from "./liveness.ts";
import { PacedSender } from "./pace.ts";
import { CLOSE_CODE_TOO_LARGE, type Socket } from "./socket.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { Channel, Control } from "./venue.ts";

/** Liveness and answers are looked at this often, ms. */
export const CHECK_EVERY_MS = 500;
/**
 * The share of a connection's life after which its replacement is opened: 22.6 to 23 h of 24 h,
 * spread so that shards opened together are not replaced together.
 */
export const RENEWAL_SHARE_MIN = 0.94;
export const RENEWAL_SHARE_MAX = 0.96;

export type EndKind =
  | "stopped"
  | "replaced"
  | "retired"
  | "silent"
  | "refused"
  | "unacknowledged"
  | "too-large"
  | "http"
  | "cut";

export interface Ended {
  readonly kind: EndKind;
  /** `silent: no byte for 40000 ms`; goes into the `closed` event and the status. */
  readonly reason: string;
  /** How long it was subscribed, ms; null = it never was. */
  readonly healthyMs: number | null;
  /** The HTTP answer to the upgrade, where that was the end. */
  readonly http: { readonly status: number; readonly retryAfter: string | null } | null;
}

export interface ConnectionPlan {
  readonly name: string;
  readonly shard: string;
  readonly channel: Channel;
  readonly url: string;
  readonly topics: readonly string[];
}

export class Connection {
  readonly #context: FeedContext;
  readonly #plan: ConnectionPlan;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  readonly #subscriptions: Subscriptions;
  readonly #liveness: Liveness;
  readonly #sender: PacedSender;
  readonly #ended: Deferred<Ended> = deferred();
  readonly #settled: Deferred<boolean> = deferred();
  readonly #renewal: Deferred<string> = deferred();
  readonly #timers: Cancel[] = [];
  #topics: readonly string[];
  #state: FeedState = "connecting";
  #sinceMs: number;
  #isOpen = false;
  #isOverdue = false;
  #subscribedAtMs: number | null = null;
  #subscribedMonotonicMs = 0;
  #http: Ended["http"] = null;
  #ending: { kind: EndKind; detail: string } | null = null;
  #endReason: string | null = null;

  constructor(context: FeedContext, plan: ConnectionPlan) {
    const { venue, runtime } = context;
    this.#context = context;
    this.#plan = plan;
    this.#topics = plan.topics;
    this.#reader = new FrameReader(context, plan.name);
    this.#subscriptions = new Subscriptions(venue);
    this.#liveness = new Liveness(venue, runtime.monotonicMs());
    this.#sinceMs = runtime.nowMs();
    this.#socket = context.dial(
      plan.url,
      { headers: plan.channel.headers, frameBytesMax: venue.limits.frameBytesMax },
      {
        open: () => this.#onOpen(),
        message: (bytes) => this.#onMessage(bytes),
        controlFrame: (kind) => this.#onControlFrame(kind),
        rejected: (status, retryAfter) => {
          this.#http = { status, retryAfter };
          this.#end("http", `HTTP ${status} on upgrade`);
        },
        closed: (code, detail) => this.#onClosed(code, detail),
      },
    );
    this.#sender = new PacedSender(context, this.#socket, this.#subscriptions);
  }

  /** Resolves once, when the socket is gone. */
  get ended(): Promise<Ended> {
    return this.#ended.promise;
  }

  /** True when every topic was answered for, false when the connection ended before. */
  get settled(): Promise<boolean> {
    return this.#settled.promise;
  }

  /** Resolves when it should be replaced while it still works; may never resolve. */
  get renewal(): Promise<string> {
    return this.#renewal.promise;
  }

  get hasEnded(): boolean {
    return this.#endReason !== null;
  }

  /** How long it is subscribed, ms; 0 = it is not yet, or no more. */
  get heldMs(): number {
    if (this.#subscribedAtMs === null || this.hasEnded) return 0;
    return this.#context.runtime.monotonicMs() - this.#subscribedMonotonicMs;
  }

  status(): ConnectionStatus {
    const { name, shard } = this.#plan;
    return {
      connection: name,
      shard,
      state: this.#state,
      sinceMs: this.#sinceMs,
      topics: this.#subscriptions.acceptedCount,
      reason: this.#endReason,
      ...this.#reader.meter.counts(),
    };
  }

  /** Subscribes what is new and unsubscribes what is gone. */
  setTopics(topics: readonly string[]): void {
    this.#topics = topics;
    if (!this.#isOpen) return;
    this.#subscriptions.want(topics);
    this.#sender.pump();
  }

  /** Ends it on purpose and politely: what is still on the wire is taken. */
  stop(kind: "stopped" | "replaced" | "retired"): void {
    if (this.#ending !== null) return;
    this.#ending = { kind, detail: "" };
    this.#socket.close();
  }

  #onOpen(): void {
    const { runtime, venue } = this.#context;
    this.#isOpen = true;
    this.#heard("message");
    // The first topics deliver, and replay, before the last is acknowledged: until then whatever is
    // older than the connection is history.
    const openedAtMs = runtime.nowMs();
    this.#reader.subscribed(openedAtMs);
    this.#report("open", openedAtMs);
    this.#timers.push(runtime.every(CHECK_EVERY_MS, () => this.#check()));
    const lifeMs = venue.limits.connectionLifeMs;
    if (lifeMs !== null) {
      const spread = runtime.random() * (RENEWAL_SHARE_MAX - RENEWAL_SHARE_MIN);
      const renew = () => this.#renewal.resolve("life nearly over");
      this.#timers.push(runtime.after(lifeMs * (RENEWAL_SHARE_MIN + spread), renew));
    }
    for (const text of venue.hello ?? []) this.#socket.send(text);
    this.#subscriptions.want(this.#topics);
    this.#sender.pump();
  }

  #onMessage(bytes: Buffer): void {
    this.#heard("message");
    const control = this.#reader.take(
      bytes,
      this.#subscribedAtMs === null || this.#subscriptions.isAwaitingAnswer,
    );
    if (control !== null) this.#obey(control);
  }

  #obey(control: Control): void {
    if (control.type === "ack") {
      const accepted = this.#subscriptions.acknowledge(control);
      this.#context.onAccepted(accepted);
      this.#settle();
    } else if (control.type === "refused") {
      const lost = this.#subscriptions.refuse(control);
      if (lost.length > 0) this.#context.onRefused(lost, control.reason);
      this.#sender.pump();
      this.#settle(control.reason);
    } else if (control.type === "heartbeat") {
      this.#reader.meter.pong(this.#context.runtime.nowMs());
      if (control.reply !== null) this.#socket.send(control.reply);
    } else if (control.type === "closing") {
      this.#renewal.resolve(`announced by the venue: ${control.reason}`);
    }
  }

  #settle(refusal = ""): void {
    if (!this.#subscriptions.isSettled || this.#subscribedAtMs !== null) return;
    if (this.#subscriptions.acceptedCount === 0) {
      this.#end("refused", refusal);
      return;
    }
    const { runtime } = this.#context;
    this.#subscribedAtMs = runtime.nowMs();
    this.#subscribedMonotonicMs = runtime.monotonicMs();
    this.#reader.subscribed(this.#subscribedAtMs);
    this.#state = "subscribed";
    this.#sinceMs = this.#subscribedAtMs;
    this.#report("subscribed", this.#subscribedAtMs);
    this.#settled.resolve(true);
  }

  #check(): void {
    const nowMs = this.#context.runtime.monotonicMs();
    const { payload } = this.#context.venue.heartbeat;
    const verdict = this.#liveness.check(nowMs);
    if (this.#context.venue.acknowledges === false) {
      this.#context.onAccepted(this.#subscriptions.acceptUnanswered(nowMs));
      this.#settle();
    }
    // As with silence, a verdict must hold twice: after a stall the answer may wait unread.
    const wasOverdue = this.#isOverdue;
    this.#isOverdue = this.#subscriptions.isOverdue(nowMs);
    if (verdict === "dead") {
      this.#end("silent", `no byte for ${Math.round(this.#liveness.silentMs(nowMs))} ms`);
    } else if (wasOverdue && this.#isOverdue) {
      this.#end("unacknowledged", "a subscribe frame stayed unanswered");
    } else if (verdict === "ask") {
      if (payload === null) this.#socket.ping();
      else this.#socket.send(payload);
    }
  }

  #onControlFrame(kind: "ping" | "pong"): void {
    this.#heard("control-frame");
    if (kind === "pong") this.#reader.meter.pong(this.#context.runtime.nowMs());
  }

  #heard(what: "message" | "control-frame"): void {
    const { runtime } = this.#context;
    this.#liveness.heard(what, runtime.monotonicMs());
    this.#reader.meter.heard(runtime.nowMs());
  }

  #end(kind: EndKind, detail: string): void {
    if (this.#ending !== null) return;
    this.#ending = { kind, detail };
    this.#socket.terminate();
  }

  #onClosed(code: number, detail: string): void {
    const { runtime } = this.#context;
    for (const cancel of this.#timers) cancel();
    this.#sender.stop();
    this.#ending ??= { kind: code === CLOSE_CODE_TOO_LARGE ? "too-large" : "cut", detail };
    if (this.#ending.kind === "too-large") this.#reader.refuseTooLarge(detail);
    const { kind } = this.#ending;
    const reason = this.#ending.detail === "" ? kind : `${kind}: ${this.#ending.detail}`;
    const healthyMs = this.#subscribedAtMs === null ? null : this.heldMs;
    this.#endReason = reason;
    this.#state = "down";
    this.#sinceMs = runtime.nowMs();
    this.#report("closed", this.#sinceMs, reason);
    this.#settled.resolve(false);
    this.#ended.resolve({ kind, reason, healthyMs, http: this.#http });
  }

  #report(
    event: "open" | "subscribed" | "closed",
    receivedAtMs: number,
    reason: string | null = null,
  ): void {
    const { sink, venue } = this.#context;
    const { name: connection, shard } = this.#plan;
    sink.connection({
      venue: venue.id,
      connection,
      receivedAtMs,
      event,
      reason,
      shard,
    });
    this.#context.onStateChange();
  }
}
