/** Hourly sums, read plainly from everything that was ever committed, against the views. */
import { expect } from "vitest";
import type { StoredLiquidation } from "../../src/store/store.ts";
import { HOUR_MS, type Scene } from "./buckets-scene.ts";

interface Sum {
  orders: number;
  rows: number;
  long: number;
  short: number;
  largest: number | null;
}

/** By hour and name, in the words of the views. */
function plainHours(
  rows: readonly StoredLiquidation[],
  nameOf: (row: StoredLiquidation["row"]) => string | null,
): Readonly<Record<string, Sum>> {
  const sums: Record<string, Sum> = {};
  for (const { row: one, countsOrder } of rows) {
    if (one.kind !== "liquidation") continue;
    const hour = Math.floor(Math.min(one.occurredAtMs, one.receivedAtMs) / HOUR_MS);
    const key = `${hour * HOUR_MS} ${nameOf(one)}`;
    sums[key] ??= { orders: 0, rows: 0, long: 0, short: 0, largest: null };
    const sum = sums[key];
    sum.rows += 1;
    if (countsOrder) sum.orders += 1;
    sum[one.positionSide] += one.notionalCents ?? 0;
    if (one.notionalCents !== null) sum.largest = Math.max(sum.largest ?? 0, one.notionalCents);
  }
  return sums;
}

/** What a view says, in cents. */
async function viewed(scene: Scene, view: string, name: string) {
  const rows = await scene.database.query(
    `select (extract(epoch from hour) * 1000)::bigint::text || ' ' || coalesce(${name}, 'null') as key,
       orders, rows, (long_usd * 100)::bigint as long, (short_usd * 100)::bigint as short,
       (largest_usd * 100)::bigint as largest, total_usd = long_usd + short_usd as "isWhole"
     from liqwatch.${view}`,
  );
  return Object.fromEntries(
    rows.map(({ key, isWhole, ...sum }) => {
      expect(isWhole).toBe(true);
      return [key, sum];
    }),
  );
}

export async function expectHours(scene: Scene): Promise<void> {
  expect(await viewed(scene, "hourly", "asset")).toEqual(
    plainHours(scene.rows, (one) => one.asset),
  );
  const venues = plainHours(scene.rows, (one) => one.venue);
  expect(await viewed(scene, "hourly_venues", "venue")).toEqual(venues);
}
