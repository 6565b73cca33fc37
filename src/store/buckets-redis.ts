/** Minute buckets in Redis, which may be emptied, killed or cut off at any moment. */
import { Redis } from "ioredis";
import { LiqError } from "../errors.ts";
import { VENUE_IDS } from "../liquidation.ts";
import type { Runtime } from "../runtime.ts";
import { type BucketGroup, foldParts, seriesOf, storedParts } from "./bucket-parts.ts";
import {
  type BucketParts,
  type BucketQuery,
  type Buckets,
  keptSinceMs,
  lastArrival,
  type Span,
  spanOf,
} from "./buckets.ts";
import { bucketKey, FEED_SCRIPT, feedArguments, readEvents, stateKey } from "./buckets-script.ts";
import { arrivalBefore } from "./liquidations.ts";
import { isObject, textOf } from "./postgres/rows.ts";
import type { Database } from "./postgres/sql.ts";
import { sqlText } from "./postgres/sql.ts";
import { repricings } from "./unpriced.ts";

/** Arrivals of one script: a few ms in which Redis does nothing else. */
const FED_ROWS_MAX = 500;
/** Hashes asked for at once. */
const READ_KEYS_MAX = 100;
/** Several processes that find Redis emptied may each begin anew, and copy meanwhile; one wins. */
const CHANGES_MAX = 10;

const CONNECT_MS_MAX = 2_000;
/** A Redis that hangs is a Redis that is away. */
const COMMAND_MS_MAX = 2_000;
const RECONNECT_MS_MAX = 2_000;

export interface RedisBucketsOptions {
  readonly url: string;
  /** The truth that is followed. */
  readonly database: Database;
  readonly runtime: Pick<Runtime, "nowMs" | "random">;
}

/** Which copy is the present one, and up to which arrival it goes. */
interface State {
  readonly generation: string;
  readonly arrival: number;
  /** Rows that got their money after this many such corrections stand in it without. */
  readonly repricings: number;
}

/** Fails at once, with LIQ_STORE or the client's error, while Redis is away. */
export class RedisBuckets implements Buckets {
  readonly #redis: Redis;
  readonly #options: RedisBucketsOptions;
  #stateKey: string | null = null;
  #isSafe = false;
  #copying: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: RedisBucketsOptions) {
    this.#options = options;
    this.#redis = new Redis(options.url, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS_MAX,
      commandTimeout: COMMAND_MS_MAX,
      retryStrategy: (tries) => (this.#isClosed ? null : Math.min(100 * tries, RECONNECT_MS_MAX)),
    });
    // Whoever asks gets the error of his own command.
    this.#redis.on("error", () => {});
    // It may be another server, or the same with other settings.
    this.#redis.on("close", () => {
      this.#isSafe = false;
    });
  }

  async follow(): Promise<void> {
    await this.#takeTurn(() => this.#catchUp());
  }

  /**
   * Assets are no part of the market's hashes, and a day of theirs would be hundreds of thousands of
   * fields: the database splits by asset, over the very rows that the hashes held.
   */
  async parts(query: BucketQuery): Promise<BucketParts> {
    const { runtime, database } = this.#options;
    const span = spanOf(query, runtime.nowMs());
    for (let tries = 0; tries < CHANGES_MAX; tries += 1) {
      const generation = await this.#takeTurn(() => this.#catchUp());
      const before = await this.#readState();
      const groups = await this.#read(generation, query, span);
      const after = await this.#readState();
      // Keys that vanished while they were read took their generation with them.
      if (before?.generation !== generation || after?.generation !== generation) continue;
      const parts = foldParts(groups, query);
      if (query.asset !== undefined) return parts;
      if (before.arrival !== after.arrival) continue;
      const { byAsset } = await storedParts(database, query, { span, upTo: after.arrival });
      if ((await repricings(database)) !== after.repricings) continue;
      return { ...parts, byAsset };
    }
    throw tooManyChanges();
  }

  async rebuild(): Promise<void> {
    await this.#takeTurn(async () => {
      await this.#begin();
      await this.#catchUp();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#redis.disconnect();
    await this.#copying;
  }

  /** One copying at a time in this process; others are harmless and would only cost. */
  #takeTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#copying.then(run);
    this.#copying = turn.catch(() => {});
    return turn;
  }

  /** Copies what was committed before the call; returns the generation that holds it. */
  async #catchUp(): Promise<string> {
    await this.#refuseEviction();
    for (let tries = 0; tries < CHANGES_MAX; tries += 1) {
      const state = (await this.#readState()) ?? (await this.#begin());
      // Read after the state: another process may just have copied something newer.
      const { database } = this.#options;
      const last = await lastArrival(database);
      // A database that was set back (a restored backup) is not the one that was copied, nor is one
      // in which rows got their money since: that is rare, so all is copied anew.
      const isOther = state.arrival > last || state.repricings !== (await repricings(database));
      const from = isOther ? await this.#begin() : state;
      if (await this.#feed(from, last)) return from.generation;
    }
    throw tooManyChanges();
  }

  /** False when this generation is over. */
  async #feed({ generation, arrival }: State, last: number): Promise<boolean> {
    const { database, runtime } = this.#options;
    const sinceMs = keptSinceMs(runtime.nowMs());
    const state = await this.#key();
    let after = arrival === 0 ? ((await arrivalBefore(database, sinceMs)) ?? last) : arrival;
    while (after < last) {
      // Not "the next 500 rows": without statistics that reads and sorts everything behind them.
      const upTo = Math.min(last, after + FED_ROWS_MAX);
      const events = await readEvents(database, { after, upTo, sinceMs });
      const { keys, args } = feedArguments({ state, generation, upTo }, events);
      const answer = await this.#redis.eval(FEED_SCRIPT, keys.length, ...keys, ...args);
      if (answer !== 1) return false;
      after = upTo;
    }
    return true;
  }

  async #readState(): Promise<State | null> {
    const [generation, arrival, corrected] = await this.#redis.hmget(
      await this.#key(),
      "generation",
      "arrival",
      "repricings",
    );
    if (generation == null || arrival == null) return null;
    return { generation, arrival: Number(arrival), repricings: Number(corrected ?? 0) };
  }

  /** What an earlier generation held is read by nobody any more and expires. */
  async #begin(): Promise<State> {
    const { runtime, database } = this.#options;
    const generation = Math.floor(runtime.random() * 2 ** 48).toString(36);
    // Read before any row is: what is corrected later makes this generation an old one.
    const state = { generation, arrival: 0, repricings: await repricings(database) };
    await this.#redis.hset(await this.#key(), state);
    return state;
  }

  /** Two databases may share one Redis, so the key names ours. */
  async #key(): Promise<string> {
    this.#stateKey ??= stateKey(await databaseId(this.#options.database));
    return this.#stateKey;
  }

  /** A bucket that was evicted would be missed by nobody, and every sum be too low. */
  async #refuseEviction(): Promise<void> {
    if (this.#isSafe) return;
    const info = await this.#redis.info("memory");
    const field = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
    const policy = field("maxmemory_policy") ?? "noeviction";
    if (policy !== "noeviction" && field("maxmemory") !== "0") {
      throw new LiqError("LIQ_STORE", `Redis may evict keys (maxmemory-policy is ${policy})`);
    }
    this.#isSafe = true;
  }

  async #read(generation: string, query: BucketQuery, span: Span): Promise<readonly BucketGroup[]> {
    const groups: BucketGroup[] = [];
    const asset = query.asset === undefined ? null : sqlText(query.asset);
    const minutes = minutesOf(span);
    for (let at = 0; at < minutes.length; at += READ_KEYS_MAX) {
      const some = minutes.slice(at, at + READ_KEYS_MAX);
      const pipeline = this.#redis.pipeline();
      for (const { minute, seconds } of some) {
        const parts = seconds === null ? "sums" : "seconds";
        pipeline.hgetall(bucketKey({ generation, minute, parts, asset }));
      }
      const answers = (await pipeline.exec()) ?? [];
      for (const [index, [error, fields]] of answers.entries()) {
        if (error !== null) throw error;
        if (!isObject(fields)) continue;
        groups.push(...groupsOf(fields, { query, seconds: some[index]?.seconds ?? null }));
      }
    }
    return groups;
  }
}

/** Every minute that a window touches, and which of its seconds; null = all of them. */
function minutesOf(span: Span): readonly { minute: number; seconds: Span | null }[] {
  const minutes = [];
  for (let minute = Math.floor(span.from / 60); minute * 60 < span.to; minute += 1) {
    const from = Math.max(0, span.from - minute * 60);
    const to = Math.min(60, span.to - minute * 60);
    minutes.push({ minute, seconds: to - from === 60 ? null : { from, to } });
  }
  return minutes;
}

interface Wanted {
  readonly query: BucketQuery;
  /** null = the fields are sums of a minute. */
  readonly seconds: Span | null;
}

function groupsOf(
  fields: Readonly<Record<string, unknown>>,
  { query, seconds }: Wanted,
): readonly BucketGroup[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const names = field.split(":");
    const second = seconds === null ? 0 : Number(names.shift());
    if (seconds !== null && !(second >= seconds.from && second < seconds.to)) return [];
    const [name, positionSide, figure] = names;
    const venue = VENUE_IDS.find((one) => one === name);
    if (venue === undefined || (query.venue ?? venue) !== venue) return [];
    const isOrders = figure === "orders";
    const figures = isOrders
      ? { orders: Number(value), cents: 0 }
      : { orders: 0, cents: Number(value) };
    return [{ series: seriesOf(query), venue, isLong: positionSide === "long", ...figures }];
  });
}

/** Made once per database; a copy of a database has the same. */
async function databaseId(database: Database): Promise<string> {
  const key = "database-id";
  await database.query(
    `insert into liqwatch.settings (key, value) values ('${key}', to_jsonb(gen_random_uuid()::text))
     on conflict (key) do nothing`,
  );
  const [row = {}] = await database.query(
    `select value #>> '{}' as id from liqwatch.settings where key = '${key}'`,
  );
  return textOf(row, "id");
}

function tooManyChanges(): LiqError {
  return new LiqError("LIQ_STORE", `Redis was changed or emptied ${CHANGES_MAX} times meanwhile`);
}
