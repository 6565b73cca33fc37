/** The worker's side of the store over SQL: claims, what became of attempts, parked targets. */
import type { ParkedTarget } from "../notice.ts";
import {
  type AttemptRecord,
  claimDelivery,
  pendingTargets,
  settleDelivery,
  showDelivery,
} from "./deliveries.ts";
import { lookAt, mergeDue, shownSince } from "./delivery-queue.ts";
import type { Claimed, DeliveryRow, DeliveryStore, Shown } from "./delivery-store.ts";
import { forgetParked, parkTarget, resendOldest, resendWaiting } from "./parked-targets.ts";
import type { Database } from "./postgres/sql.ts";
import { SqlQueries } from "./queries-sql.ts";

const SETTLED = { nextAttemptAtMs: null, waitsForTarget: false } as const;

export class SqlDeliveries extends SqlQueries implements DeliveryStore {
  readonly #database: Database;

  constructor(database: Database) {
    super(database);
    this.#database = database;
  }

  look(target: string, nowMs: number) {
    return lookAt(this.#database, target, nowMs);
  }

  shownSince(target: string, sinceMs: number) {
    return shownSince(this.#database, target, sinceMs);
  }

  claim(target: string, nowMs: number, what: Claimed): Promise<DeliveryRow | null> {
    return this.#database.transaction((sql) => claimDelivery(sql, target, { nowMs, what }));
  }

  merge(target: string, into: "digest" | "overflow", nowMs: number): Promise<number> {
    return this.#database.transaction((sql) => mergeDue(sql, target, { into, nowMs }));
  }

  markShown(shown: Shown): Promise<void> {
    return this.#database.transaction((sql) => showDelivery(sql, shown));
  }

  markRetry(
    id: string,
    attempt: number,
    reason: string,
    nextAttemptAtMs: number,
    nowMs: number,
  ): Promise<void> {
    const waiting = { reason, ...SETTLED, nextAttemptAtMs, nowMs };
    return this.#settle({ id, attempt, outcome: "retry", ...waiting });
  }

  markParked(
    id: string,
    attempt: number,
    reason: string,
    nowMs: number,
    waitsForTarget: boolean,
  ): Promise<void> {
    const parked = { reason, ...SETTLED, waitsForTarget, nowMs };
    return this.#settle({ id, attempt, outcome: "parked", ...parked });
  }

  markLost(id: string, attempt: number, reason: string, nowMs: number): Promise<void> {
    return this.#settle({ id, attempt, outcome: "lost", reason, ...SETTLED, nowMs });
  }

  pendingTargets(nowMs: number) {
    return pendingTargets(this.#database, nowMs);
  }

  parkTarget(parked: ParkedTarget): Promise<void> {
    return this.#database.transaction((sql) => parkTarget(sql, parked));
  }

  forgetParked(target: string): Promise<void> {
    return this.#database.transaction((sql) => forgetParked(sql, target));
  }

  rearmTarget(target: string, waitingSinceMs: number): Promise<number> {
    return this.#database.transaction(async (sql) => {
      await forgetParked(sql, target);
      return resendWaiting(sql, target, waitingSinceMs);
    });
  }

  retryOldest(target: string, waitingSinceMs: number): Promise<number> {
    return this.#database.transaction((sql) => resendOldest(sql, target, waitingSinceMs));
  }

  #settle(record: AttemptRecord): Promise<void> {
    return this.#database.transaction((sql) => settleDelivery(sql, record));
  }
}
