/** A venue's feed: its shards, the lanes that carry them, and what the feed knows of itself. */
import { LiqError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { ConnectBudget } from "./budget.ts";
import { deferred } from "./deferred.ts";
import { rebase } from "./endpoint.ts";
import type { FeedContext } from "./feed-context.ts";
import {
  type ConnectionStatus,
  FeedMeter,
  type FeedState,
  type FeedStatus,
} from "./feed-status.ts";
import type { Instruments } from "./instruments.ts";
import type { Intake } from "./intake.ts";
import { Lane, type LaneHost } from "./lane.ts";
import { Legibility } from "./legibility.ts";
import { SendPace } from "./pace.ts";
import type { RefusedFrames } from "./refused-frames.ts";
import { assignShards } from "./shards.ts";
import type { FeedSink } from "./sink.ts";
import type { Dial } from "./socket.ts";
import { unsteadyOf } from "./steadiness.ts";
import type { Channel, Instrument, Venue } from "./venue.ts";

export interface FeedSettings {
  /** Scheme, host and port in place of the venue's own; null = the venue's. */
  readonly wsUrl: string | null;
  /** The same for a venue that is polled. */
  readonly restUrl: string | null;
  /** Sockets per shard that carry the same topics side by side; the engine dedupes. */
  readonly connections: number;
  /** Start to start of the rounds of a venue that is polled, ms; absent = the venue's own pace. */
  readonly pollEveryMs?: number | undefined;
  /** Names that the operator wants topics for, before those found; absent = none. */
  readonly watch?: readonly string[] | undefined;
}

export interface FeedOptions {
  readonly settings: FeedSettings;
  readonly instruments: Instruments;
  /** Called once per socket: decoder state lives and dies with its connection. */
  readonly startIntake: () => Intake;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly sink: FeedSink;
  /** Where refused frames are kept for a report; absent = nowhere. */
  readonly samples?: RefusedFrames;
  /** A row named a symbol that no instrument explains. */
  readonly onUnknownSymbol?: (symbol: string) => void;
}

/** The topics of one channel, cut into shards, and the lanes of each shard. */
interface ChannelPlan {
  readonly channel: Channel;
  readonly url: string;
  shards: string[][];
  readonly lanes: Lane[][];
}

export class FeedRun {
  readonly #venue: Venue;
  readonly #options: FeedOptions;
  readonly #context: FeedContext;
  readonly #host: LaneHost;
  readonly #plans: readonly ChannelPlan[];
  readonly #meter = new FeedMeter(null);
  readonly #running = new Set<Promise<void>>();
  readonly #refused = new Map<string, string>();
  readonly #toldRefused = new Set<string>();
  readonly #sockets = new Map<string, number>();
  #listed: readonly Instrument[] | null = null;
  #found: readonly string[] = [];
  #isRunning = false;
  #retiredReconnects = 0;
  #disabledReason: string | null = null;
  #state: FeedState = "connecting";
  #wasSubscribed = false;
  #sinceMs: number;

  constructor(venue: Venue, options: FeedOptions & { readonly dial: Dial }) {
    const { runtime, log, sink, dial, startIntake, settings } = options;
    this.#venue = venue;
    this.#options = options;
    this.#sinceMs = runtime.nowMs();
    this.#plans = venue.channels.map((channel) => {
      const url = socketAddress(channel.url, settings.wsUrl);
      return { channel, url, shards: [], lanes: [] };
    });
    const venueLog = log.child({ venue: venue.id });
    this.#context = {
      venue,
      runtime,
      log: venueLog,
      sink,
      dial,
      startIntake,
      meter: this.#meter,
      legibility: new Legibility({ venue, sink, log: venueLog, samples: options.samples ?? null }),
      sharedPace: venue.limits.sendsAreShared ? new SendPace(venue.limits.sendsPerSecond) : null,
      onAccepted: (topics) => this.#onAccepted(topics),
      onRefused: (topics, reason) => this.#onRefused(topics, reason),
      onUnknownSymbol: (symbol) => options.onUnknownSymbol?.(symbol),
      onStateChange: () => this.#noteState(),
    };
    this.#host = {
      budget: new ConnectBudget(venue.limits.connectsPer5Min, runtime.monotonicMs()),
      nextName: (channel) => this.#nextName(channel),
      askable: (topics) => this.#askable(topics),
      disable: (reason) => this.#disable(reason),
    };
  }

  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const aborted = deferred<void>();
    signal.addEventListener("abort", () => aborted.resolve(), { once: true });
    this.#isRunning = true;
    this.#apply();
    await aborted.promise;
    this.#isRunning = false;
    this.#stopLanes();
    await Promise.all(this.#running);
    await this.#options.samples?.close();
  }

  refreshTopics(listed?: readonly Instrument[], found?: readonly string[]): void {
    if (listed !== undefined) this.#listed = listed;
    if (found !== undefined) this.#found = found;
    this.#refused.clear();
    if (this.#isRunning && this.#disabledReason === null) this.#apply();
  }

  status(): FeedStatus {
    const lanes = this.#lanes();
    const shards = this.#plans.flatMap((plan) => plan.lanes).filter((one) => one.length > 0);
    const live = lanes.reduce((sum, lane) => sum + lane.reconnects, 0);
    return {
      venue: this.#venue.id,
      state: this.#state,
      sinceMs: this.#sinceMs,
      wasSubscribed: this.#wasSubscribed,
      reconnects: this.#retiredReconnects + live,
      refusedTopics: [...this.#refused.keys()],
      disabledReason: this.#disabledReason,
      degraded: this.#context.legibility.degraded,
      unsteady: unsteadyOf(shards.map((shard) => shard.map((lane) => lane.unsteady))),
      connections: lanes.flatMap((lane) => lane.statuses()),
      ...this.#meter.counts(),
    };
  }

  /** Brings shards and lanes to the topics that the instruments known now ask for. */
  #apply(): void {
    const instruments = this.#listed ?? this.#options.instruments.list(this.#venue.id);
    const names = [...(this.#options.settings.watch ?? []), ...this.#found];
    for (const plan of this.#plans) {
      const { channel } = plan;
      const topics = channel.topics(instruments, names);
      plan.shards = assignShards(plan.shards, topics, channel.topicsPerConnectionMax);
      for (const [place, shard] of plan.shards.entries()) this.#applyShard(plan, place, shard);
    }
    this.#noteState();
  }

  #applyShard(plan: ChannelPlan, place: number, topics: readonly string[]): void {
    const lanes = plan.lanes[place] ?? [];
    if (topics.length === 0) {
      for (const lane of lanes) {
        this.#retiredReconnects += lane.reconnects;
        lane.stop("retired");
      }
      plan.lanes[place] = [];
    } else if (lanes.length > 0) {
      for (const lane of lanes) lane.setTopics(topics);
    } else {
      plan.lanes[place] = this.#openLanes(plan, place, topics);
    }
  }

  #openLanes(plan: ChannelPlan, place: number, topics: readonly string[]): Lane[] {
    const { channel, url } = plan;
    const shard = `${channel.name}/${place}`;
    return Array.from({ length: this.#options.settings.connections }, () => {
      const lane = new Lane(this.#context, this.#host, { shard, channel, url, topics });
      const running = lane.run().finally(() => this.#running.delete(running));
      this.#running.add(running);
      return lane;
    });
  }

  #lanes(): Lane[] {
    return this.#plans.flatMap((plan) => plan.lanes.flat());
  }

  #stopLanes(): void {
    for (const lane of this.#lanes()) lane.stop("stopped");
  }

  /** `binance/market#3`: the third socket of that channel since the start. */
  #nextName(channel: Channel): string {
    const count = (this.#sockets.get(channel.name) ?? 0) + 1;
    this.#sockets.set(channel.name, count);
    return `${this.#venue.id}/${channel.name}#${count}`;
  }

  /** When everything was refused, everything is asked for again: there is nothing else to do. */
  #askable(topics: readonly string[]): readonly string[] {
    const askable = topics.filter((topic) => !this.#refused.has(topic));
    return askable.length > 0 ? askable : topics;
  }

  #onAccepted(topics: readonly string[]): void {
    for (const topic of topics) this.#refused.delete(topic);
  }

  #onRefused(topics: readonly string[], reason: string): void {
    for (const topic of topics) this.#refused.set(topic, reason);
    const news = topics.filter((topic) => !this.#toldRefused.has(topic));
    if (news.length === 0) return;
    for (const topic of news) this.#toldRefused.add(topic);
    this.#context.log.warn(
      { code: "LIQ_REFUSED", topics: news, reason },
      "The venue refused topics; they are tried again at the next instrument refresh",
    );
  }

  #disable(reason: string): void {
    if (this.#disabledReason !== null) return;
    this.#disabledReason = reason;
    this.#context.log.error({ code: "LIQ_REFUSED", reason }, "The venue is switched off");
    this.#stopLanes();
    this.#noteState();
  }

  #noteState(): void {
    const shards = this.#plans.flatMap((plan) => plan.lanes).filter((lanes) => lanes.length > 0);
    const sockets = shards.map((lanes) => lanes.flatMap((lane) => lane.statuses()));
    const state = stateOf(sockets, this.#disabledReason !== null);
    const hasTurned = (state === "subscribed") !== (this.#state === "subscribed");
    this.#state = state;
    if (state === "subscribed") this.#wasSubscribed = true;
    // An outage is one stretch, however often a new socket is tried in it.
    if (hasTurned) this.#sinceMs = this.#options.runtime.nowMs();
  }
}

function stateOf(shards: readonly ConnectionStatus[][], isDisabled: boolean): FeedState {
  const has = (state: FeedState) => (sockets: readonly ConnectionStatus[]) =>
    sockets.some((socket) => socket.state === state);
  if (isDisabled || shards.length === 0) return "down";
  if (shards.every(has("subscribed"))) return "subscribed";
  const isAnyUp = shards.some(
    (sockets) => has("subscribed")(sockets) || has("connecting")(sockets),
  );
  return isAnyUp || shards.some((sockets) => sockets.length === 0) ? "connecting" : "down";
}

function socketAddress(own: string, override: string | null): string {
  const address = rebase(own, override);
  if (/^wss?:/.test(address)) return address;
  throw new LiqError("LIQ_CONFIG", `Not a WebSocket address for a feed: ${address}`);
}
