/**
 * Lists and figures over SQL. Reading needs no right to decide: a standby answers, too, from what
 * another process has committed.
 */
import type { LiquidationsQuery } from "../queries.ts";
import { alertList, isLogged, newestAlerts } from "./alert-log.ts";
import { blockMoney } from "./block-money.ts";
import { deliveriesFor, deliveryCounts } from "./deliveries.ts";
import { attemptsOf } from "./delivery-attempts.ts";
import { gapsSince, openGaps, wasWatched, watchHistory } from "./gaps.ts";
import { openIncidents } from "./incidents.ts";
import { largestLiquidations, liquidationList, sumLiquidations } from "./liquidation-lists.ts";
import { newestLiquidations, storedAssets } from "./liquidations.ts";
import { readParkedTargets } from "./parked-targets.ts";
import type { Sql } from "./postgres/sql.ts";
import type {
  AlertsQuery,
  BlockMoneyQuery,
  LargestQuery,
  StoredLiquidation,
  StoredSums,
  StoreQueries,
  SumsQuery,
} from "./store.ts";
import { LIST_ROWS_MAX } from "./store.ts";
import { usualMoney } from "./usual-money.ts";

export class SqlQueries implements Omit<StoreQueries, "bucketParts"> {
  readonly #database: Sql;

  constructor(database: Sql) {
    this.#database = database;
  }

  recentLiquidations(limit: number): Promise<readonly StoredLiquidation[]> {
    return newestLiquidations(this.#database, listLimit(limit));
  }

  recentAlerts(limit: number, options: { readonly suppressed: boolean }) {
    return newestAlerts(this.#database, listLimit(limit), options);
  }

  openIncidents() {
    return openIncidents(this.#database);
  }

  deliveryCounts() {
    return deliveryCounts(this.#database);
  }

  parkedTargets() {
    return readParkedTargets(this.#database);
  }

  attemptsOf(deliveryIds: readonly string[]) {
    return attemptsOf(this.#database, deliveryIds);
  }

  deliveriesFor(alertId: string) {
    return deliveriesFor(this.#database, alertId);
  }

  openGaps() {
    return openGaps(this.#database);
  }

  gapsSince(sinceMs: number) {
    return gapsSince(this.#database, sinceMs);
  }

  liquidationList(query: LiquidationsQuery) {
    return liquidationList(this.#database, { ...query, limit: listLimit(query.limit) });
  }

  largestLiquidations(query: LargestQuery) {
    return largestLiquidations(this.#database, { ...query, limit: listLimit(query.limit) });
  }

  async sumsBetween(query: SumsQuery): Promise<StoredSums | null> {
    const sums = await sumLiquidations(this.#database, query);
    return sums.rows > 0 || (await wasWatched(this.#database, query)) ? sums : null;
  }

  alertList(query: AlertsQuery) {
    return alertList(this.#database, { ...query, limit: listLimit(query.limit) });
  }

  isLogged(alertId: string) {
    return isLogged(this.#database, alertId);
  }

  storedAssets() {
    return storedAssets(this.#database);
  }

  watchHistory(sinceMs: number) {
    return watchHistory(this.#database, sinceMs);
  }

  usualMoney(sinceMs: number) {
    return usualMoney(this.#database, sinceMs);
  }

  blockMoney(query: BlockMoneyQuery) {
    return blockMoney(this.#database, query);
  }
}

function listLimit(wish: number): number {
  return Math.max(0, Math.min(LIST_ROWS_MAX, Math.floor(wish)));
}
