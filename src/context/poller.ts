/**
 * Asks one venue for open interest, funding and mark prices, round after round. Failures are named
 * and told, never thrown; a round that failed in part gives what it got.
 */

import { messageOf } from "../errors.ts";
import { askedWaitMs, backoffDelayMs, isTold, UNAVAILABLE_HERE } from "../feeds/backoff.ts";
import { rebase } from "../feeds/endpoint.ts";
import type { Instruments } from "../feeds/instruments.ts";
import { isUsdCoin } from "../feeds/normalize.ts";
import { SendPace } from "../feeds/pace.ts";
import { getBody } from "../feeds/rest.ts";
import type { Log } from "../log.ts";
import type { ContextSourceState, VenueReading } from "../market-context.ts";
import type { Runtime } from "../runtime.ts";
import { Assembly } from "./assembly.ts";
import type { ContextLook, ContextRequest, ContextSource, ContractEntry } from "./source.ts";

/** How long an interval is changes now and then and is announced before, ms. */
const SLOW_EVERY_MS = 1_800_000;
/** 800 contracts of Gate in 1.2 KB each; anything near this is no such list, bytes. */
const ANSWER_BYTES_MAX = 8 * 1_048_576;

export interface ContextPollerOptions {
  readonly source: ContextSource;
  /** The venue's own address, and what the settings put in its place. */
  readonly address: string;
  readonly restUrl: string | null;
  readonly everyMs: number;
  /** Assets that are asked for where a venue answers for one contract at a time. */
  readonly assets: readonly string[];
  readonly usdCoins: readonly string[];
  readonly instruments: Instruments;
  readonly runtime: Pick<Runtime, "fetch" | "after" | "sleep" | "nowMs" | "monotonicMs" | "random">;
  readonly log: Log;
  /** What one round gave, received at `atMs`; not called when it gave nothing. */
  readonly onReading: (atMs: number, reading: VenueReading) => void;
}

/** What a round gave besides entries. */
interface RoundEnd {
  readonly trouble: string | null;
  /** How long the venue wants to be left alone, ms. */
  readonly askedMs: number;
  readonly isUnavailable: boolean;
}

export class ContextPoller {
  readonly #options: ContextPollerOptions;
  readonly #assembly: Assembly;
  readonly #pace: SendPace;
  /** What the slow look-ups said, by symbol. */
  readonly #lasting = new Map<string, ContractEntry>();
  #slowAtMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** The last round gave something. */
  #hasTold = false;
  /** Look-ups of single contracts that the venue does not know, and until when they are left out. */
  readonly #unknown = new Map<string, number>();
  #trouble: string | null = null;
  #lastAtMs: number | null = null;

  constructor(options: ContextPollerOptions) {
    const { source, instruments, usdCoins } = options;
    this.#options = options;
    this.#pace = new SendPace(source.requestsPerSecond);
    const contractOf = (symbol: string) => instruments.get(source.venue, symbol);
    this.#assembly = new Assembly({ source, contractOf, usdCoins });
  }

  state(): ContextSourceState {
    const { source, everyMs } = this.#options;
    const known = { lastAtMs: this.#lastAtMs, failures: this.#failures, trouble: this.#trouble };
    return { venue: source.venue, openInterest: source.factor, everyMs, ...known };
  }

  /** Until aborted, or until the venue says that it may not be used from here. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { runtime, everyMs } = this.#options;
    while (!signal.aborted) {
      const startedAtMs = runtime.monotonicMs();
      const end = await this.round(signal);
      if (signal.aborted || end.isUnavailable) return;
      // A venue that tells a part is asked at its pace, or that part would become too old.
      const isSilent = this.#failures > 0 && !this.#hasTold;
      const backoffMs = isSilent ? backoffDelayMs(this.#failures, runtime.random()) : 0;
      const extraMs = Math.max(backoffMs, end.askedMs);
      const restMs = startedAtMs + everyMs + extraMs - runtime.monotonicMs();
      await runtime.sleep(Math.max(0, restMs), signal).catch(() => {});
    }
  }

  /** Asks once for everything. Never rejects. */
  async round(signal: AbortSignal): Promise<RoundEnd> {
    const { source, runtime, everyMs, onReading } = this.#options;
    const entries = new Map<string, ContractEntry>();
    const isSlowDue = runtime.monotonicMs() - this.#slowAtMs >= SLOW_EVERY_MS;
    const slow = isSlowDue ? source.looks.filter(({ isSlow }) => isSlow === true) : [];
    const quick = source.looks.filter(({ isSlow }) => isSlow !== true);
    let end = await this.#askAll(slow, this.#lasting, signal);
    if (isSlowDue && end.trouble === null) this.#slowAtMs = runtime.monotonicMs();
    if (end.askedMs === 0 && !end.isUnavailable) {
      const later = await this.#askAll(quick, entries, signal);
      end = { ...later, trouble: end.trouble ?? later.trouble };
    }
    if (signal.aborted) return end;
    for (const [symbol, entry] of entries) {
      entries.set(symbol, { ...this.#lasting.get(symbol), ...entry });
    }
    const atMs = runtime.nowMs();
    const assets = this.#assembly.read(entries, atMs);
    this.#hasTold = Object.keys(assets).length > 0;
    this.#note(end);
    if (this.#hasTold) {
      this.#lastAtMs = atMs;
      onReading(atMs, { venue: source.venue, everyMs, assets });
    }
    return end;
  }

  /** One after the other, so that a venue sees one caller at a time; a refusal ends the round. */
  async #askAll(
    looks: readonly ContextLook[],
    into: Map<string, ContractEntry>,
    signal: AbortSignal,
  ): Promise<RoundEnd> {
    const { runtime } = this.#options;
    let trouble: string | null = null;
    for (const look of looks) {
      for (const request of look.requests(this.#listed())) {
        if ((this.#unknown.get(request.path) ?? 0) > runtime.monotonicMs()) continue;
        await runtime.sleep(this.#pace.reserve(runtime.monotonicMs()), signal).catch(() => {});
        if (signal.aborted) return { trouble, askedMs: 0, isUnavailable: false };
        const answer = await this.#ask(request, look, signal);
        for (const entry of answer.entries) {
          into.set(entry.symbol, { ...into.get(entry.symbol), ...entry });
        }
        trouble ??= answer.trouble;
        if (answer.askedMs > 0 || answer.isUnavailable) return { ...answer, trouble };
      }
    }
    return { trouble, askedMs: 0, isUnavailable: false };
  }

  async #ask(
    { path, body }: ContextRequest,
    look: ContextLook,
    signal: AbortSignal,
  ): Promise<RoundEnd & { readonly entries: readonly ContractEntry[] }> {
    const { address, restUrl, runtime } = this.#options;
    const url = rebase(new URL(path, address).href, restUrl);
    const end = { entries: [], askedMs: 0, isUnavailable: false };
    try {
      const options = { runtime, signal, body, bytesMax: ANSWER_BYTES_MAX };
      const { body: text, ...http } = await getBody(url, options);
      if (http.status === 451) return { ...end, trouble: UNAVAILABLE_HERE, isUnavailable: true };
      if (isUnknownContract(http.status, look)) {
        this.#unknown.set(path, runtime.monotonicMs() + SLOW_EVERY_MS);
        return { ...end, trouble: null };
      }
      if (text === null) {
        const askedMs = askedWaitMs(http);
        return { ...end, trouble: `${url}: HTTP ${http.status}`, askedMs };
      }
      const entries = look.parse(JSON.parse(text.toString("utf8")));
      if (typeof entries !== "string") return { ...end, entries, trouble: null };
      return { ...end, trouble: `${url}: ${entries}` };
    } catch (thrown) {
      return { ...end, trouble: `${url}: ${messageOf(thrown)}` };
    }
  }

  #listed() {
    const { instruments, source, assets, usdCoins } = this.#options;
    return instruments.list(source.venue).filter(({ asset, quote }) => {
      return assets.includes(asset) && isUsdCoin(quote, usdCoins);
    });
  }

  #note(end: RoundEnd): void {
    const { log } = this.#options;
    const trouble = end.trouble ?? (this.#hasTold ? null : "no asset in the answers");
    const fields = { failures: this.#failures };
    if (trouble === null && this.#failures > 0) log.info(fields, "Market context is read again");
    this.#failures = trouble === null ? 0 : this.#failures + 1;
    this.#trouble = trouble;
    if (trouble === null || !isTold(this.#failures)) return;
    const told = { code: "LIQ_CONTEXT", ...fields, error: trouble, failures: this.#failures };
    log.warn(told, "Market context was not read in full");
  }
}

/** A contract that we know and the venue does not any more: Binance answers 400 and -1121 or -4108. */
function isUnknownContract(status: number, { isByContract }: ContextLook): boolean {
  return isByContract === true && (status === 400 || status === 404);
}
