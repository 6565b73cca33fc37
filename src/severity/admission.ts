/** What is let in: once per event, once per order, counted by fate (SPEC 1, `input` of SPEC 12). */
import {
  isQuarantined,
  LATE_MS,
  type Liquidation,
  VENUE_IDS,
  windowTimeMs,
} from "../liquidation.ts";
import { type SeenLimits, SeenSet } from "./seen-set.ts";

/** 1 and up: 0 is no tag. */
const VENUE_TAGS = new Map<string, number>(VENUE_IDS.map((venue, index) => [venue, index + 1]));

export interface AdmissionCounts {
  liquidations: number;
  duplicates: number;
  late: number;
  history: number;
  quarantined: number;
  unpriced: number;
  otherKinds: number;
}

/** A row that was let in. */
export interface Admitted {
  readonly row: Liquidation;
  /** True for the first accepted row of its order: counts count orders, money counts rows. */
  readonly countsOrder: boolean;
}

export class Admission {
  readonly counts: AdmissionCounts = {
    liquidations: 0,
    duplicates: 0,
    late: 0,
    history: 0,
    quarantined: 0,
    unpriced: 0,
    otherKinds: 0,
  };
  readonly seen: SeenSet;
  readonly orders: SeenSet;
  readonly #retainMs: number;

  constructor(limits: SeenLimits) {
    this.seen = new SeenSet(limits);
    this.orders = new SeenSet(limits);
    this.#retainMs = limits.retainMs;
  }

  /** null = a duplicate or a quarantined row, which enter nothing. */
  admit(row: Liquidation, nowMs: number): Admitted | null {
    if (isQuarantined(row)) {
      this.counts.quarantined += 1;
      return null;
    }
    const at = markOf(row, nowMs);
    // Beyond what the seen-set remembers the unique key of the store decides.
    if (nowMs - at.timeMs <= this.#retainMs && !this.seen.add(row.dedupeKey, at)) {
      this.counts.duplicates += 1;
      return null;
    }
    if (row.kind !== "liquidation") {
      this.counts.otherKinds += 1;
      return { row, countsOrder: false };
    }
    this.#count(row);
    return { row, countsOrder: this.#isFirstOfOrder(row, at) };
  }

  /** Marks a stored row as seen: a warm start counts nothing. */
  remember(row: Liquidation, countsOrder: boolean, nowMs: number): void {
    const at = markOf(row, nowMs);
    this.seen.add(row.dedupeKey, at);
    if (countsOrder) this.#isFirstOfOrder(row, at);
  }

  /**
   * The mark is global: the first accepted row to arrive, history included, counts the order. Most
   * venues have no order keys: a row that is an order of its own is marked by a tag on its key, so
   * that the second set stays empty.
   */
  #isFirstOfOrder(row: Liquidation, at: { timeMs: number; nowMs: number }): boolean {
    const order = (): string => `${row.venue}|${row.orderKey}`;
    if (row.orderKey === row.dedupeKey) return this.orders.size === 0 || !this.orders.has(order());
    if (this.seen.tagOf(row.orderKey) === VENUE_TAGS.get(row.venue)) return false;
    return this.orders.add(order(), at);
  }

  #count(row: Liquidation): void {
    this.counts.liquidations += 1;
    if (row.history) this.counts.history += 1;
    else if (row.receivedAtMs - row.occurredAtMs > LATE_MS) this.counts.late += 1;
    if (row.notionalCents === null) this.counts.unpriced += 1;
  }
}

/** A row of a suspect venue is for the totals alone, as history is: no series of a rule takes it. */
export function entering(admitted: Admitted, isSuspect: boolean): Admitted {
  return isSuspect ? { ...admitted, row: { ...admitted.row, history: true } } : admitted;
}

/** When a row stands, and a tag that names its venue if the row is an order of its own. */
function markOf(row: Liquidation, nowMs: number): { timeMs: number; nowMs: number; tag: number } {
  const isOrder = row.kind === "liquidation" && row.orderKey === row.dedupeKey;
  const tag = isOrder ? (VENUE_TAGS.get(row.venue) ?? 0) : 0;
  return { timeMs: windowTimeMs(row), nowMs, tag };
}
