/** A store with a day of rows in it, 300 assets on three venues, as a daemon would have left it. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { migrateQueue } from "../dist/jobs/queue.js";
import { SILENT_LOG } from "../dist/log.js";
import { nodeRuntime } from "../dist/runtime-node.js";
import { RedisBuckets } from "../dist/store/buckets-redis.js";
import { TableBuckets } from "../dist/store/buckets-table.js";
import { openStore } from "../dist/store/open.js";

export const ASSETS = 300;
const DAY_MS = 86_400_000;
/** The rows of one statement: the embedded database keeps a statement's rows in its memory. */
const STATEMENT_ROWS_MAX = 100_000;
const TRIES_MAX = 50;
const TRY_EVERY_MS = 100;

/** Zipf-like: a few assets have most of the rows. Every row is an order of its own. */
const INSERT = `
insert into liqwatch.liquidations (
  dedupe_key, venue, symbol, market, asset, position_side, kind, price, price_kind, size,
  notional_cents, occurred_at_ms, received_at_ms, window_time_ms, order_key, counts_order, history)
select key, venue, symbol, asset || '/USDT:USDT', asset, position_side, 'liquidation', price, 'fill',
  size, round(price * size * 100), at_ms, at_ms + 300, at_ms, key, true, false
from (
  select *, asset || 'USDT' as symbol,
    venue || '|' || asset || 'USDT|liquidation|' || position_side || '|' || at_ms || '|' || size || '|' || price || '|0' as key
  from (
    select (array['binance', 'bybit', 'okx'])[1 + n % 3] as venue,
      'A' || floor(${ASSETS} * power((n * 7919 % 100003) / 100003.0, 3)) as asset,
      case when n % 5 < 3 then 'long' else 'short' end as position_side,
      (50000 + n % 9973)::float8 / 100 as price, (1 + n % 3001)::float8 / 1000 as size,
      $3::bigint + n * $4::float8::bigint / $5::bigint as at_ms
    from generate_series($1::bigint, $2::bigint) as n
  ) as drawn
) as named`;

/**
 * @param {{databaseUrl: string | null, redisUrl: string | null, dataDir: string}} place
 * @param {number} rows
 */
export async function storeDay({ databaseUrl, redisUrl, dataDir }, rows) {
  const opened = await openStore({
    ...{
      databaseUrl,
      dataDir,
      runtime: nodeRuntime,
      log: SILENT_LOG,
      migrateQueue: redisUrl === null ? migrateQueue : null,
    },
    snapshotFolder: fileURLToPath(new URL("../dist", import.meta.url)),
    ...{ onEvent() {}, signal: new AbortController().signal },
  });
  const { database, store } = opened;
  const nowMs = Date.now();
  for (let from = 1; from <= rows; from += STATEMENT_ROWS_MAX) {
    const to = Math.min(rows, from + STATEMENT_ROWS_MAX - 1);
    await database.query(INSERT, [from, to, nowMs - DAY_MS, DAY_MS - 1_000, rows]);
  }
  const nothing = {
    liquidations: [],
    decisions: [],
    deliveries: [],
    stories: [],
    scopes: [],
    gaps: [],
  };
  await store.commit({ ...nothing, engineNowMs: nowMs });
  await database.run("vacuum analyze liqwatch.liquidations");
  await fillBuckets({ database, redisUrl });
  await opened.close();
}

/** As a running daemon does after every commit. The client may not be connected yet. */
async function fillBuckets({ database, redisUrl }) {
  const buckets =
    redisUrl === null
      ? new TableBuckets(database, nodeRuntime)
      : new RedisBuckets({ url: redisUrl, database, runtime: nodeRuntime });
  for (let tries = 1; ; tries += 1) {
    try {
      await buckets.follow();
      return await buckets.close();
    } catch (error) {
      if (tries === TRIES_MAX) throw error;
      await sleep(TRY_EVERY_MS);
    }
  }
}
