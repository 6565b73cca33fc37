/**
 * The feed of a venue without a stream: rounds of REST look-ups, one for every topic, spread evenly
 * so that the venue's rate limit holds.
 *
 * Rows come late by nature, and after an outage by as long as it lasted. They are no history: they
 * happened while we watched and belong to the windows of their own time (SPEC 3), where a window
 * that has passed them takes none. So nothing that is filled in can look like a spike. History is
 * what happened before the first answer.
 */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { backoffDelayMs, isTold } from "./backoff.ts";
import { rebase } from "./endpoint.ts";
import type { FeedOptions } from "./feed-run.ts";
import { FeedMeter, type FeedStatus } from "./feed-status.ts";
import { FrameReader } from "./frame-reader.ts";
import { Legibility } from "./legibility.ts";
import { SendPace } from "./pace.ts";
import { askOnce, type PollAnswer } from "./poll-answer.ts";
import { PollStanding } from "./poll-standing.ts";
import { RefusedTopics } from "./refused-topics.ts";
import type { Instrument, Poll, Venue } from "./venue.ts";

/** A look-up is tried this often before the round goes on without its topic. */
export const TRIES_MAX = 3;
/** More pages than a busy market fills in a round; a cursor that leads in circles ends here. */
export const POLL_PAGES_MAX = 50;
/** A round without topics is tried again after this, ms: the venue's list has not come yet. */
export const NO_TOPICS_WAIT_MS = 10_000;

/** What became of one topic in a round; `down` = the venue is, and the round is over. */
type Outcome = "answered" | "refused" | "missed" | "down";

export class Poller {
  readonly #venue: Venue;
  readonly #poll: Poll;
  readonly #everyMs: number;
  readonly #options: FeedOptions;
  readonly #runtime: Runtime;
  readonly #log: Log;
  readonly #meter = new FeedMeter(null);
  readonly #legibility: Legibility;
  readonly #reader: FrameReader;
  readonly #standing: PollStanding;
  readonly #pace: SendPace;
  /** When each topic was last looked up in full, wall clock, ms. */
  readonly #lookedUpAtMs = new Map<string, number>();
  readonly #refused: RefusedTopics;
  #listed: readonly Instrument[] | null = null;
  #firstAtMs: number | null = null;
  /** First failure since the last page, monotonic; null = the last look-up gave its page. */
  #failingSinceMs: number | null = null;
  #failures = 0;
  #hasBegun = false;

  constructor(venue: Venue, poll: Poll, options: FeedOptions) {
    const { runtime, sink, startIntake, onUnknownSymbol } = options;
    this.#venue = venue;
    this.#poll = poll;
    this.#everyMs = options.settings.pollEveryMs ?? poll.everyMs;
    this.#options = options;
    this.#runtime = runtime;
    this.#log = options.log.child({ venue: venue.id });
    this.#standing = new PollStanding({ venue, sink, runtime, log: this.#log });
    this.#refused = new RefusedTopics(this.#log);
    this.#pace = new SendPace(poll.requestsPerSecond);
    const samples = options.samples ?? null;
    this.#legibility = new Legibility({ venue, sink, log: this.#log, samples });
    this.#reader = new FrameReader(
      {
        ...{ venue, runtime, sink, startIntake, log: this.#log, meter: this.#meter },
        legibility: this.#legibility,
        onUnknownSymbol: (symbol) => onUnknownSymbol?.(symbol),
      },
      this.#standing.connection,
    );
  }

  /** Asks until `signal` is aborted, or until the venue says that it may not be used from here. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && !this.#standing.isDisabled) await this.#round(signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
    if (!this.#standing.isDisabled) this.#standing.close("stopped");
    await this.#options.samples?.close();
  }

  refreshTopics(listed?: readonly Instrument[]): void {
    if (listed !== undefined) this.#listed = listed;
    this.#refused.clear();
  }

  status(): FeedStatus {
    return this.#standing.status({
      counts: this.#meter.counts(),
      refusedTopics: this.#refused.names(),
      degraded: this.#legibility.degraded,
    });
  }

  /** Asks for every topic once and rests until the next round is due. */
  async #round(signal: AbortSignal): Promise<void> {
    const everyMs = this.#everyMs;
    const startMs = this.#runtime.monotonicMs();
    const topics = this.#refused.askable(this.#topics());
    if (topics.length === 0) {
      if (this.#standing.isOpen) this.#standing.close("retired");
      await this.#runtime.sleep(Math.min(everyMs, NO_TOPICS_WAIT_MS), signal);
      return;
    }
    // The first round, and the one after an outage, go as fast as the limit allows.
    const spacingMs = this.#standing.isSubscribed ? everyMs / topics.length : 0;
    const counts = { answered: 0, refused: 0, missed: 0 };
    for (const [place, topic] of topics.entries()) {
      await this.#sleepUntil(startMs + place * spacingMs, signal);
      const outcome = await this.#lookUpTopic(topic, signal);
      if (outcome === "down") return;
      counts[outcome] += 1;
    }
    if (counts.answered > 0) this.#standing.subscribe(counts.answered);
    else if (counts.missed === 0) this.#standing.close("every topic was refused");
    await this.#sleepUntil(startMs + everyMs, signal);
  }

  #topics(): readonly string[] {
    return this.#poll.topics(this.#listed ?? this.#options.instruments.list(this.#venue.id));
  }

  /** All pages of one topic. What it lists since the last full look-up, and a little before. */
  async #lookUpTopic(topic: string, signal: AbortSignal): Promise<Outcome> {
    const { overlapMs, backfillMs } = this.#poll;
    const askedAtMs = this.#runtime.nowMs();
    this.#firstAtMs ??= askedAtMs;
    const lastMs = this.#lookedUpAtMs.get(topic);
    const sinceMs = lastMs === undefined ? this.#firstAtMs - backfillMs : lastMs - overlapMs;
    let path: string | null = this.#poll.path(topic, sinceMs);
    for (let pages = 0; path !== null; pages += 1) {
      if (pages === POLL_PAGES_MAX) {
        const fields = { code: "LIQ_REFUSED", topic, pages };
        this.#log.warn(fields, "A look-up has too many pages; the rest of them is not read");
        break;
      }
      const answer = await this.#ask(path, topic, signal);
      if (typeof answer === "string") return answer;
      path = this.#poll.next?.(answer.page, path) ?? null;
    }
    this.#refused.delete(topic);
    this.#lookedUpAtMs.set(topic, askedAtMs);
    return "answered";
  }

  /** One page, tried a few times. */
  async #ask(
    path: string,
    topic: string,
    signal: AbortSignal,
  ): Promise<{ readonly page: unknown } | Exclude<Outcome, "answered">> {
    const url = rebase(new URL(path, this.#venue.restUrl).href, this.#options.settings.restUrl);
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      await this.#runtime.sleep(this.#pace.reserve(this.#runtime.monotonicMs()), signal);
      const found = await askOnce(url, {
        ...{ runtime: this.#runtime, signal, reader: this.#reader },
        bytesMax: this.#venue.limits.frameBytesMax,
        onAnswer: () => this.#answered(),
      });
      if (found.kind === "page") {
        this.#failures = 0;
        this.#failingSinceMs = null;
        return found;
      }
      if (found.kind === "unavailable") {
        this.#standing.disable();
        return "down";
      }
      // The refusal of the only topic is the venue's: there is nothing else to ask.
      if (found.kind === "refused" && this.#topics().length > 1) {
        this.#refused.add(topic, found.reason);
        return "refused";
      }
      if (await this.#isDownAfter(found, signal)) return "down";
    }
    return "missed";
  }

  #answered(): void {
    const nowMs = this.#runtime.nowMs();
    this.#reader.meter.heard(nowMs);
    this.#reader.meter.pong(nowMs);
    if (!this.#hasBegun) this.#reader.subscribed(nowMs);
    this.#hasBegun = true;
    this.#standing.open();
  }

  /** Waits after a failure. True = no look-up gave its page for too long: the venue is down. */
  async #isDownAfter(
    failure: Extract<PollAnswer, { readonly reason: string }>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { reason } = failure;
    this.#failures += 1;
    const backoffMs = backoffDelayMs(this.#failures, this.#runtime.random());
    const waitMs = Math.max(backoffMs, failure.kind === "failed" ? failure.waitMs : 0);
    const fields = { code: "LIQ_SOCKET", reason, failures: this.#failures, waitMs };
    const isNews = this.#failures >= TRIES_MAX && isTold(this.#failures);
    this.#log[isNews ? "warn" : "debug"](fields, "A look-up failed");
    this.#failingSinceMs ??= this.#runtime.monotonicMs();
    const failingMs = this.#runtime.monotonicMs() + waitMs - this.#failingSinceMs;
    const isDown = !this.#hasBegun || failingMs >= this.#venue.silenceMsMax;
    if (isDown) this.#standing.close(reason);
    await this.#runtime.sleep(waitMs, signal);
    return isDown;
  }

  async #sleepUntil(dueMs: number, signal: AbortSignal): Promise<void> {
    const waitMs = dueMs - this.#runtime.monotonicMs();
    if (waitMs > 0) await this.#runtime.sleep(waitMs, signal);
    signal.throwIfAborted();
  }
}
