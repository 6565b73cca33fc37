/**
 * Keeps the list of a venue's contracts current: the last run's list from disk, the venue's own over
 * REST every hour and soon after an unknown symbol. Failures are named in the log and never fatal.
 */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { InstrumentCache } from "./instrument-cache.ts";
import type { Instruments } from "./instruments.ts";
import { LookUps } from "./look-up.ts";
import type { Instrument, Venue } from "./venue.ts";

/** From one complete refresh to the next, ms, give or take the jitter. */
export const REFRESH_EVERY_MS = 3_600_000;
/** The hour is spread over this share of itself, so that venues are not asked all at once. */
export const REFRESH_JITTER_SHARE = 0.2;
/** After a failure, and at the earliest after an unknown symbol, ms. */
export const REFRESH_SOONEST_MS = 300_000;
/** Unknown symbols remembered as looked for, so that one that no list explains asks only once. */
export const UNKNOWN_SYMBOLS_MAX = 1_000;

export interface InstrumentRefreshOptions {
  readonly instruments: Instruments;
  /** Scheme, host and port in place of the venue's own; null = the venue's. */
  readonly restUrl: string | null;
  readonly dataDir: string;
  readonly runtime: Runtime;
  readonly log: Log;
  /** What the venue lists now, and the names it was asked for: for `feed.refreshTopics`. */
  readonly onListed?: (listed: readonly Instrument[], found: readonly string[]) => void;
}

export class InstrumentRefresh {
  readonly #venue: Venue;
  readonly #options: InstrumentRefreshOptions;
  readonly #log: Log;
  readonly #cache: InstrumentCache;
  readonly #lookUps: LookUps;
  readonly #lookedFor = new Set<string>();
  #listed: readonly Instrument[] = [];
  /** By the look-up that found them: one that fails keeps what it found last. */
  readonly #found = new Map<number, readonly string[]>();
  #isLoaded = false;
  #startedAtMs: number | null = null;
  /** When an unknown symbol wants the next look, ms on the monotonic clock. */
  #wantedAtMs = Number.POSITIVE_INFINITY;
  #wake: (() => void) | null = null;

  constructor(venue: Venue, options: InstrumentRefreshOptions) {
    this.#venue = venue;
    this.#options = options;
    this.#log = options.log.child({ venue: venue.id });
    this.#cache = new InstrumentCache(options.dataDir, venue.id);
    this.#lookUps = new LookUps({ ...options, venue, log: this.#log });
  }

  /** What the venue listed last, from disk or from its servers; empty when neither is known. */
  get listed(): readonly Instrument[] {
    return this.#listed;
  }

  /** Takes the list of the last run from disk, however old; without one the bundled table stands. */
  async load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    try {
      const cached = await this.#cache.read();
      if (cached.length > 0) this.#announce(cached);
    } catch (thrown) {
      this.#warn(thrown, "The instrument cache is not used");
    }
  }

  /** Refreshes until aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await this.load();
    const wake = () => this.#wake?.();
    signal.addEventListener("abort", wake);
    while (!signal.aborted) {
      const { runtime } = this.#options;
      this.#startedAtMs = runtime.monotonicMs();
      this.#wantedAtMs = Number.POSITIVE_INFINITY;
      const isComplete = await this.refresh(signal);
      const jitter = 1 + (runtime.random() - 0.5) * REFRESH_JITTER_SHARE;
      const restMs = (isComplete ? REFRESH_EVERY_MS : REFRESH_SOONEST_MS) * jitter;
      const isOnTime = await this.#rest(runtime.monotonicMs() + restMs, signal);
      if (isOnTime) this.#lookedFor.clear();
    }
    signal.removeEventListener("abort", wake);
  }

  /** A row named a symbol that is in no list: look again soon, but not for the same one twice. */
  unknownSymbol(symbol: string): void {
    if (this.#lookedFor.size >= UNKNOWN_SYMBOLS_MAX || this.#lookedFor.has(symbol)) return;
    this.#lookedFor.add(symbol);
    this.#log.warn({ code: "LIQ_INSTRUMENT", symbol }, "Rows of an unknown symbol have no money");
    const nowMs = this.#options.runtime.monotonicMs();
    const soonestMs = (this.#startedAtMs ?? nowMs) + REFRESH_SOONEST_MS;
    this.#wantedAtMs = Math.min(this.#wantedAtMs, Math.max(nowMs, soonestMs));
    this.#wake?.();
  }

  /** Asks every source once. True when all answered; what answered is used in any case. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const [fetched, hasFound] = await Promise.all([
      Promise.all(this.#venue.instruments.map((source) => this.#lookUps.read(source, signal))),
      this.#discover(signal),
    ]);
    if (signal.aborted) return false;
    const isListed = fetched.every((pages) => pages !== null);
    const fresh = fetched.flatMap((pages) => (pages ?? []).flatMap((page) => page.instruments));
    if (fresh.length === 0) {
      if (this.#found.size > 0) this.#options.onListed?.(this.#known, this.#names);
      return false;
    }
    // A source that failed keeps the contracts it listed last.
    const listed = isListed ? fresh : [...withoutSymbols(this.#known, fresh), ...fresh];
    const isComplete = isListed && hasFound;
    this.#announce(listed);
    try {
      await this.#cache.write(listed, this.#options.runtime.nowMs());
    } catch (thrown) {
      this.#warn(thrown, "The instrument cache is not written");
    }
    this.#log.info({ instruments: listed.length, isComplete }, "Instruments refreshed");
    return isComplete;
  }

  get #known(): readonly Instrument[] {
    return this.#listed.length > 0 ? this.#listed : this.#options.instruments.list(this.#venue.id);
  }

  get #names(): readonly string[] {
    return [...new Set([...this.#found.values()].flat())];
  }

  /** False when a look-up for names failed. */
  async #discover(signal: AbortSignal): Promise<boolean> {
    const sources = this.#venue.discover ?? [];
    const found = await Promise.all(sources.map((source) => this.#lookUps.read(source, signal)));
    for (const [place, pages] of found.entries()) {
      if (pages !== null)
        this.#found.set(
          place,
          pages.flatMap((page) => page.names),
        );
    }
    return found.every((pages) => pages !== null);
  }

  #announce(listed: readonly Instrument[]): void {
    this.#listed = listed;
    this.#options.instruments.add(this.#venue.id, listed);
    this.#options.onListed?.(listed, this.#names);
  }

  /** Sleeps until `dueAtMs`; false when an unknown symbol wanted the next look sooner. */
  async #rest(dueAtMs: number, signal: AbortSignal): Promise<boolean> {
    const { runtime } = this.#options;
    while (!signal.aborted) {
      const restMs = Math.min(dueAtMs, this.#wantedAtMs) - runtime.monotonicMs();
      if (restMs <= 0) break;
      const rest = new AbortController();
      this.#wake = () => rest.abort();
      await runtime.sleep(restMs, rest.signal).catch(() => {});
    }
    return runtime.monotonicMs() >= dueAtMs;
  }

  #warn(thrown: unknown, message: string): void {
    this.#log.warn({ code: "LIQ_INSTRUMENT", error: messageOf(thrown) }, message);
  }
}

function withoutSymbols(known: readonly Instrument[], fresh: readonly Instrument[]): Instrument[] {
  const symbols = new Set(fresh.map((instrument) => instrument.symbol));
  return known.filter((instrument) => !symbols.has(instrument.symbol));
}
