/**
 * Keeps the list of a venue's contracts current: the last run's list from disk, the venue's own over
 * REST every hour and soon after an unknown symbol. Failures are named in the log and never fatal.
 */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { rebase } from "./endpoint.ts";
import { InstrumentCache } from "./instrument-cache.ts";
import type { Instruments } from "./instruments.ts";
import { fetchJson } from "./rest.ts";
import type { Instrument, InstrumentSource, Venue } from "./venue.ts";

/** From one complete refresh to the next, ms, give or take the jitter. */
export const REFRESH_EVERY_MS = 3_600_000;
/** The hour is spread over this share of itself, so that venues are not asked all at once. */
export const REFRESH_JITTER_SHARE = 0.2;
/** After a failure, and at the earliest after an unknown symbol, ms. */
export const REFRESH_SOONEST_MS = 300_000;
/** More pages than any venue has; a cursor that leads in circles ends here. */
export const PAGES_MAX = 50;
/** Unknown symbols remembered as looked for, so that one that no list explains asks only once. */
export const UNKNOWN_SYMBOLS_MAX = 1_000;

export interface InstrumentRefreshOptions {
  readonly instruments: Instruments;
  /** Scheme, host and port in place of the venue's own; null = the venue's. */
  readonly restUrl: string | null;
  readonly dataDir: string;
  readonly runtime: Runtime;
  readonly log: Log;
  /** What the venue lists now: for `feed.refreshTopics`. */
  readonly onListed?: (listed: readonly Instrument[]) => void;
}

export class InstrumentRefresh {
  readonly #venue: Venue;
  readonly #options: InstrumentRefreshOptions;
  readonly #log: Log;
  readonly #cache: InstrumentCache;
  readonly #lookedFor = new Set<string>();
  #listed: readonly Instrument[] = [];
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
    const fetched = await Promise.all(
      this.#venue.instruments.map((source) => this.#fetchSource(source, signal)),
    );
    const isComplete = fetched.every((part) => part !== null);
    const fresh = fetched.flatMap((part) => part ?? []);
    if (signal.aborted || fresh.length === 0) return false;
    // A source that failed keeps the contracts it listed last.
    const known =
      this.#listed.length > 0 ? this.#listed : this.#options.instruments.list(this.#venue.id);
    const listed = isComplete ? fresh : [...withoutSymbols(known, fresh), ...fresh];
    this.#announce(listed);
    try {
      await this.#cache.write(listed, this.#options.runtime.nowMs());
    } catch (thrown) {
      this.#warn(thrown, "The instrument cache is not written");
    }
    this.#log.info({ instruments: listed.length, isComplete }, "Instruments refreshed");
    return isComplete;
  }

  #announce(listed: readonly Instrument[]): void {
    this.#listed = listed;
    this.#options.instruments.add(this.#venue.id, listed);
    this.#options.onListed?.(listed);
  }

  /** All pages of one source; null when one of them failed. */
  async #fetchSource(source: InstrumentSource, signal: AbortSignal): Promise<Instrument[] | null> {
    const { runtime, restUrl } = this.#options;
    const instruments: Instrument[] = [];
    let path: string | null = source.path;
    try {
      for (let pages = 0; path !== null; pages += 1) {
        if (pages === PAGES_MAX)
          throw new Error(`More than ${PAGES_MAX} pages below ${source.path}`);
        const url = rebase(new URL(path, this.#venue.restUrl).href, restUrl);
        const page = source.parse(await fetchJson(url, { runtime, signal }));
        instruments.push(...page.instruments);
        if (page.rejects.length > 0) this.#refused(url, page.rejects);
        path = page.next;
      }
      if (instruments.length === 0) throw new Error(`Nothing is listed at ${source.path}`);
      return instruments;
    } catch (thrown) {
      if (!signal.aborted) this.#warn(thrown, "An instrument list was not refreshed");
      return null;
    }
  }

  #refused(url: string, rejects: ReturnType<InstrumentSource["parse"]>["rejects"]): void {
    this.#log.debug(
      { code: "LIQ_INSTRUMENT", url, count: rejects.length, first: rejects[0]?.detail },
      "Some listed contracts cannot be read",
    );
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
