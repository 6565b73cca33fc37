/** Pages on their way from the database; what the statement gives is tested in `contract.ts`. */
import { expect, test } from "vitest";
import { type LiquidationPage, readPages } from "../../src/store/liquidation-pages.ts";
import type { StoredLiquidation } from "../../src/store/store.ts";
import { row } from "./samples.ts";

/** One page of one row, as the database writes it. */
function pageOf(key: string, next: number | null, over: object = {}): LiquidationPage {
  const { dedupeKey, ...rest } = row(key, { asset: key });
  const columns = {
    dedupe_key: [dedupeKey],
    ...{ venue: [rest.venue], symbol: [rest.symbol], market: [rest.market], asset: [rest.asset] },
    ...{ position_side: [rest.positionSide], kind: [rest.kind], price: [rest.price] },
    ...{ price_kind: [rest.priceKind], size: [rest.size], notional_cents: [rest.notionalCents] },
    ...{ occurred_at_ms: [rest.occurredAtMs], received_at_ms: [rest.receivedAtMs] },
    ...{ order_key: [null], counts_order: [true], history: [rest.history] },
  };
  return { columns: JSON.stringify({ ...columns, ...over }), next };
}

async function keysOf(pages: AsyncIterable<readonly StoredLiquidation[]>): Promise<string[]> {
  const keys: string[] = [];
  for await (const rows of pages) keys.push(...rows.map((stored) => stored.row.dedupeKey));
  return keys;
}

test("pages follow one another until there is no next, empty ones unseen", async () => {
  const asked: (number | null)[] = [];
  const pages = readPages(async (after) => {
    asked.push(after);
    if (after === null) return pageOf("a", 7);
    return after === 7 ? { columns: "", next: 9 } : pageOf("b", null);
  });
  expect(await keysOf(pages)).toEqual(["a", "b"]);
  expect(asked).toEqual([null, 7, 9]);
});

test("an order key that was not sent is the row's own", async () => {
  const first = await readPages(async () => pageOf("a", null)).next();
  expect(first.value).toEqual([{ row: row("a", { asset: "a" }), countsOrder: true }]);
});

test("the next page is asked for while the present one is worked on", async () => {
  const asked: (number | null)[] = [];
  const pages = readPages(async (after) => {
    asked.push(after);
    return pageOf("a", after === null ? 1 : null);
  });
  await pages.next();
  expect(asked).toEqual([null, 1]);
});

test("a page that fails fails the reading, and one that nobody waits for harms nobody", async () => {
  const reading = () =>
    readPages(async (after) => {
      if (after !== null) throw new Error("Store is away");
      return pageOf("a", 1);
    });
  await expect(keysOf(reading())).rejects.toThrow("Store is away");
  for await (const rows of reading()) {
    expect(rows).toHaveLength(1);
    break;
  }
});

test.each([
  { over: { price: undefined }, said: "A page of stored rows came without its column price" },
  { over: { price: ["NaN"] }, said: 'Column price holds "NaN" instead of a number' },
  { over: { venue: ["mars"] }, said: 'Column venue holds "mars"' },
  { over: { dedupe_key: ["a", "b"] }, said: "Column counts_order holds nothing" },
])("a page that is not ours is an error that names its column: $said", async ({ over, said }) => {
  const reading = keysOf(readPages(async () => pageOf("a", null, over)));
  await expect(reading).rejects.toThrow(said);
});
