/**
 * Gives stored rows their money when a venue lists their contract: once per row, in the store and in
 * the totals of the engine. Nothing is told about the past.
 */
import type { Settings } from "./config.ts";
import type { Decider } from "./decide.ts";
import { messageOf } from "./errors.ts";
import { venueById } from "./feeds/index.ts";
import type { Instruments } from "./feeds/instruments.ts";
import { priceRow } from "./feeds/normalize.ts";
import type { Log } from "./log.ts";
import type { Reload } from "./reload.ts";
import type { Cancel, Runtime } from "./runtime.ts";
import type { Shutdown } from "./shutdown.ts";
import type { StoredLiquidation } from "./store/store.ts";
import type { UnpricedStore, UnpricedSymbol } from "./store/unpriced.ts";

/** Rows of one transaction, so that commits find their turn in between. */
const ROWS_MAX = 500;
/** Rows that were on their way when the contract was listed are stored by then, ms. */
export const LOOK_AGAIN_MS = 5_000;
/** After a failure the next look comes this much later, ms. */
const RETRY_MS = 10_000;

export interface RepriceOptions {
  readonly store: UnpricedStore;
  readonly instruments: Instruments;
  readonly usdCoins: readonly string[];
  readonly runtime: Pick<Runtime, "nowMs" | "after">;
  readonly log: Log;
  /** Runs while the rules do not change: a change reads the rows of the store back. */
  readonly alone: (work: () => Promise<number>) => Promise<number>;
  /** These rows have their money in the store. */
  readonly onPriced: (rows: readonly StoredLiquidation[]) => void;
}

/** In a daemon: looks at once, for what was stored before this run knew its contracts. */
export function startReprice(
  parts: Pick<RepriceOptions, "instruments" | "runtime" | "log"> & {
    readonly thread: { readonly unpriced: UnpricedStore };
    readonly settings: Pick<Settings, "usdCoins">;
    readonly shutdown: Shutdown;
  },
  { decider, reload }: { readonly decider: Decider; readonly reload: Reload },
): Reprice {
  const reprice = new Reprice({
    ...{ ...parts, store: parts.thread.unpriced, usdCoins: parts.settings.usdCoins },
    alone: (work) => reload.alone(work),
    onPriced: (rows) => decider.take({ type: "repriced", rows }),
  });
  parts.shutdown.add("pricing", () => reprice.stop());
  reprice.wake();
  return reprice;
}

export class Reprice {
  readonly #options: RepriceOptions;
  #looking: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;
  #cancel: Cancel | null = null;

  constructor(options: RepriceOptions) {
    this.#options = options;
  }

  /** Contracts were listed, or a run begins: looks now, and once more for what was on its way. */
  wake(): void {
    this.#look();
    this.#lookAfter(LOOK_AGAIN_MS);
  }

  /** Resolves when the present look is done. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  /** Resolves when nothing is being stored any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.settled();
  }

  #lookAfter(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#options.runtime.after(ms, () => this.#look());
  }

  /** One look at a time; one that is asked for meanwhile follows. */
  #look(): void {
    this.#isWanted = true;
    if (this.#looking !== null || this.#isStopped) return;
    this.#looking = this.#lookUntilDone().finally(() => {
      this.#looking = null;
    });
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#priceAll();
      } catch (thrown) {
        const fields = { code: "LIQ_STORE", error: messageOf(thrown) };
        this.#options.log.warn(fields, "Stored rows could not be given their money yet");
        if (!this.#isStopped) this.#lookAfter(RETRY_MS);
      }
    }
  }

  async #priceAll(): Promise<void> {
    const { store, alone, log } = this.#options;
    for (const symbol of await store.unpricedSymbols()) {
      if (!this.#isListed(symbol)) continue;
      let rows = 0;
      let part = ROWS_MAX;
      while (part === ROWS_MAX && !this.#isStopped) {
        part = await alone(() => this.#priceSome(symbol));
        rows += part;
      }
      log.info({ ...symbol, rows }, "Stored rows have their money, their contract is known now");
    }
  }

  #isListed({ venue, symbol }: UnpricedSymbol): boolean {
    return venueById(venue) !== null && this.#options.instruments.get(venue, symbol) !== null;
  }

  async #priceSome(symbol: UnpricedSymbol): Promise<number> {
    const { store, instruments, usdCoins, runtime, onPriced } = this.#options;
    const venue = venueById(symbol.venue);
    const instrument = instruments.get(symbol.venue, symbol.symbol);
    if (venue === null || instrument === null) return 0;
    const waiting = await store.unpricedRows(symbol, ROWS_MAX);
    const priced = waiting.map(({ row, countsOrder }) => {
      return { row: priceRow(row, instrument, { venue, usdCoins }), countsOrder };
    });
    if (priced.length === 0) return 0;
    const rows = priced.map(({ row }) => row);
    await store.priceRows(rows, runtime.nowMs());
    onPriced(priced);
    return priced.length;
  }
}
