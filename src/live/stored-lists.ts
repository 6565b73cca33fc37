/**
 * Questions that only the store can answer. The embedded database does one thing at a time, and
 * commits come first: few questions run at once, few wait, and the rest is told to come back.
 */

import type { Gap } from "../alert.ts";
import { UNKNOWN_COVERAGE } from "../coverage.ts";
import type { DeliveryState } from "../delivery-log.ts";
import { LiqError } from "../errors.ts";
import type { VenueId } from "../liquidation.ts";
import type { LoggedDecision, Queries, Totals, TotalsAnswer, TotalsQuery } from "../queries.ts";
import type { LoggedAlert, StoreQueries } from "../store/store.ts";
import { incidentName, namedTotals, recentOf, totalsOf } from "./figures.ts";

const RUNNING_MAX = 2;
const WAITING_MAX = 40;

/** The part of `Queries` that is answered from the store. */
type Stored = Pick<
  Queries,
  | "liquidations"
  | "largest"
  | "storedTotals"
  | "storedAssets"
  | "totalsBefore"
  | "alerts"
  | "deliveries"
  | "deliveryCounts"
  | "gaps"
>;

/** What is asked of the store. */
export type Questions = Pick<
  StoreQueries,
  | "liquidationList"
  | "largestLiquidations"
  | "sumsBetween"
  | "alertList"
  | "isLogged"
  | "deliveriesFor"
  | "attemptsOf"
  | "deliveryCounts"
  | "gapsSince"
  | "openGaps"
  | "bucketParts"
  | "storedAssets"
>;

export interface StoredListsOptions {
  readonly questions: Questions;
  /** The engine's clock; null before its first input. */
  readonly nowMs: () => number | null;
  /** Those that are listened to. */
  readonly venues: readonly VenueId[];
}

export class StoredLists implements Stored {
  readonly #options: StoredListsOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: StoredListsOptions) {
    this.#options = options;
  }

  liquidations: Stored["liquidations"] = (query) =>
    this.#ask(async (store) => {
      const { items, next } = await store.liquidationList(query);
      return { items: items.map(({ row }) => recentOf(row)), next };
    });

  largest: Stored["largest"] = (query) =>
    this.#ask(async (store) => {
      const rows = await store.largestLiquidations(query);
      return rows.map(({ row }) => recentOf(row));
    });

  /** Open gaps say whom the one that decides does not see. */
  storedTotals: Stored["storedTotals"] = (query, nowMs) =>
    this.#ask(async (store): Promise<TotalsAnswer> => {
      const { asset, venue } = query;
      const { total, byAsset, byVenue } = await store.bucketParts({ ...query, nowMs });
      const asked = venue === undefined ? this.#options.venues : [venue];
      const dark = new Set((await store.openGaps()).map((gap) => gap.venue));
      return {
        ...totalsOf(total),
        ...{ query, asOfMs: nowMs, rows: null, coverage: UNKNOWN_COVERAGE },
        byAsset: asset === undefined ? namedTotals(byAsset) : [],
        byVenue: venue === undefined ? namedTotals(byVenue) : [],
        darkVenues: asked.filter((one) => dark.has(one)),
      };
    });

  storedAssets: Stored["storedAssets"] = () => this.#ask((store) => store.storedAssets());

  /** Whole seconds, as the window itself: it begins where the one before ends. */
  totalsBefore: Stored["totalsBefore"] = ({ windowMs, asset, venue }: TotalsQuery) =>
    this.#ask(async (store): Promise<Totals | null> => {
      const nowMs = this.#options.nowMs();
      if (nowMs === null) return null;
      const toMs = (Math.floor(nowMs / 1_000) + 1) * 1_000 - windowMs;
      const venues = venue === undefined ? this.#options.venues : [venue];
      const span = { fromMs: toMs - windowMs, toMs };
      const sums = await store.sumsBetween({ ...span, asset, venue, venues });
      return sums === null ? null : totalsOf(sums);
    });

  alerts: Stored["alerts"] = (query) =>
    this.#ask(async (store) => {
      const { items, next } = await store.alertList(query);
      return { items: items.map(loggedDecision), next };
    });

  deliveries: Stored["deliveries"] = (alertId) =>
    this.#ask(async (store): Promise<readonly DeliveryState[] | null> => {
      const rows = await store.deliveriesFor(alertId);
      if (rows.length === 0 && !(await store.isLogged(alertId))) return null;
      const logs = await store.attemptsOf(rows.map(({ id }) => id));
      return rows.map(({ id, target, messageNumber, state, attempts, lastReason }) => {
        return { target, messageNumber, state, attempts, lastReason, log: logs[id] ?? [] };
      });
    });

  deliveryCounts: Stored["deliveryCounts"] = () => this.#ask((store) => store.deliveryCounts());

  gaps(sinceMs: number): Promise<readonly Gap[]> {
    return this.#ask((store) => store.gapsSince(sinceMs));
  }

  async #ask<T>(question: (store: Questions) => Promise<T>): Promise<T> {
    if (this.#running < RUNNING_MAX) this.#running += 1;
    else await this.#turn();
    try {
      return await question(this.#options.questions);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Resolves when a question that has ended hands its place on. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= WAITING_MAX) {
      throw new LiqError("LIQ_STORE", `Store is busy: ${WAITING_MAX} questions wait already`);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function loggedDecision({ decision, incidentNumber }: LoggedAlert): LoggedDecision {
  return { decision, number: incidentName(decision.scope === "market", incidentNumber) };
}
