/** The store over SQL: the same statements on the embedded database and on a Postgres server. */
import type { CommitBatch, DeliveryDraft } from "../alert.ts";
import type { Liquidation } from "../liquidation.ts";
import type { Mute, MuteSubject } from "../mute.ts";
import type { ThresholdChange } from "../thresholds.ts";
import { appendDecisions } from "./alert-log.ts";
import { contextReadings, type StoredReading, writeContext } from "./context-readings.ts";
import { engineClock, lockTerm, writeLastCommit } from "./decider.ts";
import { SqlDeliveries } from "./deliveries-sql.ts";
import { writeDeliveries } from "./delivery-drafts.ts";
import { openGaps, writeGaps } from "./gaps.ts";
import { applyDecisions, endForgotten, incidentNumbers } from "./incidents.ts";
import type { LiquidationPage } from "./liquidation-pages.ts";
import { liquidationPage, readPages } from "./liquidation-pages.ts";
import { insertLiquidations, newestStart } from "./liquidations.ts";
import { deleteMute, readMutes, writeMute } from "./mutes.ts";
import { type OpsState, readOpsState, writeOpsState } from "./notices.ts";
import type { Database, Sql } from "./postgres/sql.ts";
import { readScopes, writeScopes } from "./scopes.ts";
import type {
  CommitResult,
  NewestRows,
  NoticeStore,
  Store,
  StoredLiquidation,
  ThresholdStore,
  WarmStart,
} from "./store.ts";
import { keptStories, showFigures, writeStories } from "./stories.ts";
import { newestChanges, readOverrides, writeThresholdChanges } from "./threshold-changes.ts";
import {
  insertUnpriced,
  priceRows,
  type UnpricedStore,
  type UnpricedSymbol,
  unpricedRows,
  unpricedSymbols,
} from "./unpriced.ts";
import { readVerdicts, writeVerdicts } from "./verdicts.ts";

/** Rows of one piece of a look back: commits wait no longer than for reading one. */
const LOOK_BACK_ROWS_MAX = 1_000;

type Own = Store & ThresholdStore & UnpricedStore & NoticeStore;

export class SqlStore extends SqlDeliveries implements Own {
  readonly #database: Database;
  readonly #term: number;
  #commits = 0;
  #before: Promise<void> = Promise.resolve();

  /** `term` is what `beginTerm` gave when this process got the right to decide. */
  constructor(database: Database, term: number) {
    super(database);
    this.#database = database;
    this.#term = term;
  }

  async warmStart(): Promise<WarmStart> {
    const engineNowMs = await engineClock(this.#database);
    return {
      engineNowMs,
      stories: await keptStories(this.#database, engineNowMs ?? 0),
      scopes: await readScopes(this.#database),
      openGaps: await openGaps(this.#database),
      verdicts: await readVerdicts(this.#database),
    };
  }

  liquidationsSince(sinceMs: number): AsyncIterable<readonly StoredLiquidation[]> {
    return readPages((after) => this.liquidationPage(sinceMs, after));
  }

  /** One chunk of `liquidationsSince`, for callers that cannot hold an iterator open. */
  liquidationPage(sinceMs: number, after: number | null): Promise<LiquidationPage> {
    return liquidationPage(this.#database, sinceMs, after);
  }

  /** One after the other: what a lost answer is compared with is the last commit. */
  commit(batch: CommitBatch): Promise<CommitResult> {
    const result = this.#before.then(() => this.#commit(batch));
    this.#before = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  #commit(batch: CommitBatch): Promise<CommitResult> {
    this.#commits += 1;
    const commit = this.#commits;
    return this.#database.transaction(async (sql) => {
      const last = await lockTerm(sql, this.#term);
      // The transaction runs again when the connection broke while it committed.
      const isRepeated = last.commit === commit;
      const duplicateKeys = isRepeated ? last.duplicateKeys : await writeBatch(sql, batch, commit);
      return {
        acceptedKeys: newKeys(batch, duplicateKeys),
        incidentNumbers: await incidentNumbers(
          sql,
          batch.decisions.map((decision) => decision.incidentId),
        ),
      };
    });
  }

  mutes() {
    return readMutes(this.#database);
  }

  writeMute(mute: Mute, nowMs: number): Promise<void> {
    return this.#ofTerm((sql) => writeMute(sql, mute, nowMs));
  }

  deleteMute(subject: MuteSubject): Promise<void> {
    return this.#ofTerm((sql) => deleteMute(sql, subject));
  }

  thresholdOverrides() {
    return readOverrides(this.#database);
  }

  writeThresholdChanges(changes: readonly ThresholdChange[]): Promise<void> {
    return this.#ofTerm((sql) => writeThresholdChanges(sql, changes));
  }

  thresholdChanges(limit: number) {
    return newestChanges(this.#database, limit);
  }

  unpricedSymbols() {
    return unpricedSymbols(this.#database);
  }

  unpricedRows(symbol: UnpricedSymbol, limit: number) {
    return unpricedRows(this.#database, symbol, limit);
  }

  priceRows(rows: readonly Liquidation[], nowMs: number): Promise<void> {
    return this.#ofTerm((sql) => priceRows(sql, rows, nowMs));
  }

  writeContext(reading: StoredReading): Promise<void> {
    return this.#ofTerm((sql) => writeContext(sql, reading));
  }

  contextReadings(fromMs: number, toMs: number) {
    return contextReadings(this.#database, fromMs, toMs);
  }

  /** The newest `rowsMax` rows of `liquidationsSince`, for a look back that must end soon. */
  async newestSince(sinceMs: number, rowsMax: number): Promise<NewestRows> {
    const { start, isCut } = await newestStart(this.#database, { sinceMs, rowsMax });
    const chunks = readPages((after) =>
      liquidationPage(this.#database, sinceMs, after ?? start, LOOK_BACK_ROWS_MAX),
    );
    return { chunks, isCut };
  }

  opsState(): Promise<OpsState | null> {
    return readOpsState(this.#database);
  }

  writeNotices(drafts: readonly DeliveryDraft[], state: OpsState): Promise<void> {
    return this.#ofTerm(async (sql) => {
      await writeOpsState(sql, state);
      await writeDeliveries(sql, drafts);
    });
  }

  /** Fails when another process decides by now. */
  #ofTerm<T>(run: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (sql) => {
      await lockTerm(sql, this.#term);
      return run(sql);
    });
  }
}

async function writeBatch(
  sql: Sql,
  batch: CommitBatch,
  commit: number,
): Promise<readonly string[]> {
  const acceptedKeys = await insertLiquidations(sql, batch.liquidations);
  await insertUnpriced(sql, newUnpriced(batch, acceptedKeys));
  await applyDecisions(sql, await appendDecisions(sql, batch.decisions));
  await writeStories(sql, batch.stories);
  await writeDeliveries(sql, batch.deliveries);
  await showFigures(sql, batch.stories);
  await endForgotten(sql, batch.scopes, batch.engineNowMs);
  await writeScopes(sql, batch.scopes);
  await writeGaps(sql, batch.gaps);
  if (batch.verdicts !== undefined) await writeVerdicts(sql, batch.verdicts);
  const duplicateKeys = newKeys(batch, acceptedKeys);
  await writeLastCommit(sql, { commit, duplicateKeys }, batch.engineNowMs);
  return duplicateKeys;
}

function newUnpriced(batch: CommitBatch, accepted: readonly string[]): readonly Liquidation[] {
  const rows = batch.liquidations.filter(({ row }) => row.sent !== undefined);
  if (rows.length === 0) return [];
  const keys = new Set(accepted);
  return rows.flatMap(({ row }) => (keys.has(row.dedupeKey) ? row : []));
}

/** The distinct keys of the batch in its order, without those of `known`. */
function newKeys(batch: CommitBatch, known: readonly string[]): readonly string[] {
  const keys = new Set(batch.liquidations.map(({ row }) => row.dedupeKey));
  for (const key of known) keys.delete(key);
  return [...keys];
}
