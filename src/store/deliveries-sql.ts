/** The worker's side of the store over SQL: claims, what became of attempts, parked targets. */
import type { ParkedTarget } from "../notice.ts";
import { type AttemptRecord, claimDelivery, pendingTargets, settleDelivery } from "./deliveries.ts";
import type { DeliveryRow, DeliveryStore } from "./delivery-store.ts";
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

  claimNext(target: string, nowMs: number): Promise<DeliveryRow | null> {
    return this.#database.transaction((sql) => claimDelivery(sql, target, nowMs));
  }

  markDelivered(
    id: string,
    attempt: number,
    revision: number,
    remoteId: string | null,
    nowMs: number,
  ): Promise<void> {
    const answer = { reason: null, revision, remoteId, ...SETTLED };
    return this.#settle({ id, attempt, outcome: "delivered", ...answer, nowMs });
  }

  markRetry(
    id: string,
    attempt: number,
    reason: string,
    nextAttemptAtMs: number,
    nowMs: number,
  ): Promise<void> {
    const answer = { reason, revision: null, remoteId: null, ...SETTLED, nextAttemptAtMs };
    return this.#settle({ id, attempt, outcome: "retry", ...answer, nowMs });
  }

  markParked(
    id: string,
    attempt: number,
    reason: string,
    nowMs: number,
    waitsForTarget: boolean,
  ): Promise<void> {
    const answer = { reason, revision: null, remoteId: null, ...SETTLED, waitsForTarget };
    return this.#settle({ id, attempt, outcome: "parked", ...answer, nowMs });
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
