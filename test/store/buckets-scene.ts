/** Invented rows of the last 26 h, committed, and the plain sum that buckets must be equal to. */
import type { Liquidation, VenueId } from "../../src/liquidation.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { BucketParts, BucketQuery, BucketTotal } from "../../src/store/buckets.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import { openServer } from "../../src/store/postgres/server.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { readSnapshot, snapshotKey } from "../../src/store/snapshot.ts";
import type { StoredLiquidation } from "../../src/store/store.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { withPostgres } from "../real/postgres.ts";
import { batch, row } from "./samples.ts";

export const HOUR_MS = 3_600_000;

const VENUES: readonly VenueId[] = ["binance", "bybit", "kraken-futures"];
/** One is unknown; one has what separates names in Redis. */
const ASSETS = ["BTC", "BTC", "ETH", null, "A:b{c}|'\u{1f4a5}"];
const WINDOWS_MS = [1_000, 59_000, 60_000, 61_000, 900_000, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS];

export interface Scene {
  readonly database: Database;
  readonly store: SqlStore;
  readonly chance: Chance;
  /** Everything committed so far. */
  readonly rows: readonly StoredLiquidation[];
  /** A new row now and then is one of before: it is not accepted and counts nothing. */
  commit(count: number): Promise<void>;
  commitRows(rows: readonly StoredLiquidation[]): Promise<void>;
  /** Rows of a contract that no list explains. */
  commitUnpriced(count: number, symbol: string): Promise<void>;
  /** The contract is listed: its rows get an asset and an invented amount, once. */
  price(symbol: string, asset: string): Promise<number>;
}

export async function openScene(kind: string, seed: number): Promise<Scene | null> {
  const database = await openDatabase(kind);
  if (database === null) return null;
  const store = new SqlStore(database, await database.transaction(beginTerm));
  const chance = chanceOf(seed);
  const rows: StoredLiquidation[] = [];
  const commitRows = async (added: readonly StoredLiquidation[]) => {
    await store.commit(batch({ liquidations: added, engineNowMs: Date.now() }));
    rows.push(...added);
  };
  return {
    ...{ database, store, chance, rows, commitRows },
    async commitUnpriced(count, symbol) {
      const sent = { price: "2", size: "3", quoteAmount: null, isInverse: null };
      const unknown = { symbol, market: null, asset: null, notionalCents: null, sent };
      const added = Array.from({ length: count }, (_, at) => {
        const made = randomRow(chance, `${symbol}|${rows.length + at}`);
        return { ...made, row: { ...made.row, ...unknown, venue: "bybit" as const } };
      });
      await commitRows(added);
    },
    async price(symbol, asset) {
      const waiting = await store.unpricedRows({ venue: "bybit", symbol }, 1_000);
      const known = waiting.map(({ row: { sent: _sent, ...one }, countsOrder }) => {
        const notionalCents = chance.in100(20) ? null : chance.integer(1, 10 ** 11);
        return { row: { ...one, asset, market: `${asset}/USDT:USDT`, notionalCents }, countsOrder };
      });
      await store.priceRows(
        known.map(({ row: one }) => one),
        Date.now(),
      );
      const byKey = new Map(known.map((one) => [one.row.dedupeKey, one]));
      for (const [at, one] of rows.entries()) rows[at] = byKey.get(one.row.dedupeKey) ?? one;
      return known.length;
    },
    async commit(count) {
      const added = Array.from({ length: count }, (_, at) =>
        randomRow(chance, `${rows.length + at}`),
      );
      await commitRows(added);
      const again = rows.slice(-count);
      await store.commit(batch({ liquidations: again, engineNowMs: Date.now() }));
    },
  };
}

async function openDatabase(kind: string): Promise<Database | null> {
  if (kind === "embedded") {
    const snapshot = readSnapshot("dist", snapshotKey());
    return openEmbedded({ dataDir: null, snapshot }, async (fresh) => {
      await migrate(fresh);
    });
  }
  const postgres = await withPostgres();
  if (postgres === null) return null;
  const url = await postgres.newDatabase();
  const database = openServer({ url, runtime: nodeRuntime, onAbsent() {}, onPresent() {} });
  await migrate(database);
  return database;
}

function randomRow(chance: Chance, key: string): StoredLiquidation {
  const agoMs = chance.in100(30) ? chance.integer(0, 120_000) : chance.integer(0, 26 * HOUR_MS);
  const occurredAtMs = Date.now() - agoMs;
  const kind = chance.in100(10) ? "backstop" : "liquidation";
  return {
    countsOrder: chance.in100(70),
    row: row(key, {
      kind,
      occurredAtMs,
      // Some happened "ahead of our clock": they stand where they were received.
      receivedAtMs: occurredAtMs + chance.integer(-1_000, 2_000),
      venue: chance.pick(VENUES),
      asset: chance.pick(ASSETS),
      positionSide: chance.pick(["long", "short"]),
      notionalCents: chance.in100(10) ? null : chance.integer(1, 10 ** 11),
      history: chance.in100(30),
    }),
  };
}

/** A clock of the last half an hour, a window, perhaps an asset (also one that nobody knows). */
export function randomQuery(chance: Chance): BucketQuery {
  return {
    nowMs: Date.now() - chance.integer(0, HOUR_MS / 2),
    windowMs: chance.pick(WINDOWS_MS),
    asset: chance.in100(40) ? undefined : (chance.pick(ASSETS) ?? "NOPE"),
    venue: chance.in100(60) ? undefined : chance.pick([...VENUES, "okx"]),
  };
}

/** SPEC 3, read plainly: floor(now/1000) - W < floor(windowTime/1000) <= floor(now/1000). */
function isIn({ row: one }: StoredLiquidation, query: BucketQuery): boolean {
  const last = Math.floor(query.nowMs / 1_000);
  const second = Math.floor(Math.min(one.occurredAtMs, one.receivedAtMs) / 1_000);
  const isInside = last - query.windowMs / 1_000 < second && second <= last;
  const isAsked = query.asset === undefined || one.asset === query.asset;
  const isOfVenue = query.venue === undefined || one.venue === query.venue;
  return one.kind === "liquidation" && isInside && isAsked && isOfVenue;
}

export function plainTotal(rows: readonly StoredLiquidation[], query: BucketQuery): BucketTotal {
  return sumOf(rows.filter((row) => isIn(row, query)));
}

function sumOf(found: readonly StoredLiquidation[]): BucketTotal {
  const cents = (positionSide: Liquidation["positionSide"]) =>
    found
      .filter(({ row: one }) => one.positionSide === positionSide)
      .reduce((sum, { row: one }) => sum + (one.notionalCents ?? 0), 0);
  return {
    orders: found.filter(({ countsOrder }) => countsOrder).length,
    longCents: cents("long"),
    shortCents: cents("short"),
  };
}

/** The same with its parts. */
export function plainParts(rows: readonly StoredLiquidation[], query: BucketQuery): BucketParts {
  const found = rows.filter((row) => isIn(row, query));
  const by = <Name extends string>(nameOf: (row: Liquidation) => Name | null) => {
    const names = new Set(found.map(({ row: one }) => nameOf(one)));
    const sums = new Map<Name, BucketTotal>();
    for (const name of names) {
      const sum = sumOf(found.filter(({ row: one }) => nameOf(one) === name));
      const isSomething = sum.orders + sum.longCents + sum.shortCents > 0;
      if (name !== null && isSomething) sums.set(name, sum);
    }
    return sums;
  };
  return {
    total: sumOf(found),
    byVenue: by((one) => one.venue),
    byAsset: query.asset === undefined ? by((one) => one.asset) : new Map(),
  };
}
