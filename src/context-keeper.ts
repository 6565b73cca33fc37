/** Keeps market context over a restart: one reading a minute and venue, read back before the first frame. */
import { packReading, unpackReading } from "./context/packed.ts";
import { messageOf } from "./errors.ts";
import type { VenueId } from "./liquidation.ts";
import type { Log } from "./log.ts";
import type { VenueReading } from "./market-context.ts";
import type { ContextBook } from "./severity/context-book.ts";
import { CONTEXT_KEPT_MS, type ContextStore } from "./store/context-readings.ts";

const MINUTE_MS = 60_000;
/** A day comes back in pieces, so that no answer is longer than some ten megabytes. */
const PIECE_MS = 21_600_000;

export interface ContextKeeperOptions {
  readonly book: Pick<ContextBook, "take">;
  readonly store: ContextStore;
  readonly log: Log;
}

export class ContextKeeper {
  readonly #options: ContextKeeperOptions;
  readonly #minutes = new Map<VenueId, number>();

  constructor(options: ContextKeeperOptions) {
    this.#options = options;
  }

  /** What was told in the day before `nowMs`, in order. Without it changes are unknown for a while. */
  async restore(nowMs: number): Promise<void> {
    const { book, store, log } = this.#options;
    try {
      for (let fromMs = nowMs - CONTEXT_KEPT_MS; fromMs <= nowMs; fromMs += PIECE_MS) {
        const toMs = Math.min(fromMs + PIECE_MS, nowMs + 1);
        for (const { atMs, text } of await store.contextReadings(fromMs, toMs)) {
          const reading = unpackReading(text);
          if (reading !== null) book.take(atMs, reading);
        }
      }
    } catch (thrown) {
      const fields = { code: "LIQ_STORE", error: messageOf(thrown) };
      log.warn(fields, "Market context of before was not read; changes are known again in a while");
    }
  }

  /** The first reading of each minute is stored; one that is lost costs a point. */
  note(atMs: number, reading: VenueReading): void {
    const { store, log } = this.#options;
    const minute = Math.floor(atMs / MINUTE_MS);
    if (this.#minutes.get(reading.venue) === minute) return;
    this.#minutes.set(reading.venue, minute);
    const { venue } = reading;
    store.writeContext({ venue, atMs, text: packReading(reading) }).catch((thrown: unknown) => {
      log.debug({ venue, error: messageOf(thrown) }, "A reading of market context was not stored");
    });
  }
}
