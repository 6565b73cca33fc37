/** Lists, sums and mutes that people ask for; run over the embedded database and over a server. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Gap } from "../../src/alert.ts";
import type { VenueId } from "../../src/liquidation.ts";
import type { Page } from "../../src/queries.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { SCANNED_ROWS_MAX } from "../../src/store/liquidation-lists.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { decision } from "../render/samples.ts";
import { batch, row, rowsOf } from "./samples.ts";

/** Later than every row of the other contracts, so that lists start with ours. */
const BASE_MS = Date.UTC(2027, 0, 1);

/** Every page of a list, one after the other. */
async function pagesOf<Item>(page: (cursor?: string) => Promise<Page<Item>>) {
  const pages: (readonly Item[])[] = [];
  let { items, next } = await page();
  pages.push(items);
  while (next !== null) {
    ({ items, next } = await page(next));
    pages.push(items);
  }
  return pages;
}

/** A term of its own begins when its turn comes; that ends those of the other contracts. */
export function listsContract(database: () => Database): void {
  describe("what people ask for", () => {
    let store: SqlStore;
    beforeAll(async () => {
      store = new SqlStore(database(), await database().transaction(beginTerm));
    });
    describe("lists of liquidations", () => liquidationTests(() => store));
    describe("sums of liquidations", () => sumTests(() => store));
    describe("lists of alerts and gaps", () => alertTests(() => store));
    describe("mutes", () => muteTests(() => store, database));
  });
}

function liquidationTests(store: () => SqlStore): void {
  const at = (second: number) => ({
    occurredAtMs: BASE_MS + second * 1_000,
    receivedAtMs: BASE_MS + second * 1_000 + 40,
  });

  beforeAll(async () => {
    // Arrival is not the order of events: the third row happened first.
    const rows = [
      row("list|a", { ...at(10), notionalCents: 500 }),
      row("list|b", { ...at(20), asset: "ETH", venue: "okx", notionalCents: 900 }),
      row("list|c", { ...at(5), positionSide: "short", notionalCents: null }),
      row("list|d", { ...at(20), notionalCents: 900 }),
      row("list|e", { ...at(30), kind: "backstop", notionalCents: 10_000 }),
    ];
    await store().commit(batch({ liquidations: rowsOf(...rows) }));
  });

  const keys = async (query: Partial<Parameters<SqlStore["liquidationList"]>[0]>) => {
    const pages = await pagesOf((cursor) =>
      store().liquidationList({ limit: 2, sinceMs: BASE_MS, ...query, cursor }),
    );
    return pages.map((items) => items.map((stored) => stored.row.dedupeKey.slice(5)).join(""));
  };

  test("go from the newest event to the oldest, page by page, without repeats", async () => {
    expect(await keys({})).toEqual(["ed", "ba", "c"]);
    expect(await keys({ limit: 5 })).toEqual(["edbac", ""]);
    expect(await keys({ limit: 1_000 })).toEqual(["edbac"]);
  });

  test("keep to one asset, venue, position side, amount or time", async () => {
    expect(await keys({ asset: "ETH" })).toEqual(["b"]);
    expect(await keys({ venue: "okx" })).toEqual(["b"]);
    expect(await keys({ positionSide: "short" })).toEqual(["c"]);
    expect(await keys({ minNotionalCents: 900 })).toEqual(["ed", "b"]);
    expect(await keys({ sinceMs: BASE_MS + 20_000 })).toEqual(["ed", "b"]);
    expect(await keys({ asset: "BTC", minNotionalCents: 501 })).toEqual(["ed", ""]);
    expect(await keys({ asset: "'; drop table liqwatch.liquidations; --" })).toEqual([""]);
  });

  test("give rows back as they were stored", async () => {
    const { items } = await store().liquidationList({ limit: 1, sinceMs: BASE_MS });
    const stored = row("list|e", { ...at(30), kind: "backstop", notionalCents: 10_000 });
    expect(items).toEqual([{ row: stored, countsOrder: true }]);
  });

  test("look at a bounded number of rows for one page and say where to go on", async () => {
    const sinceMs = BASE_MS + 86_400_000 * 30;
    const many = Array.from({ length: SCANNED_ROWS_MAX + 2 }, (_, index) =>
      row(`scan|${index}`, {
        occurredAtMs: sinceMs + index,
        receivedAtMs: sinceMs + index,
        venue: index === 0 ? "okx" : "bybit",
      }),
    );
    await store().commit(batch({ liquidations: rowsOf(...many) }));
    const page = (cursor?: string) =>
      store().liquidationList({ limit: 10, sinceMs, venue: "okx", cursor });
    const pages = await pagesOf(page);
    expect(pages.map((items) => items.length)).toEqual([0, 1]);
  });

  test.each(["", "x", "YWxlcnRzLjU", "bGlxdWlkYXRpb25zLjE", "A".repeat(500), "💥"])(
    "refuse the cursor %j that they never gave",
    async (cursor) => {
      await expect(store().liquidationList({ limit: 2, cursor })).rejects.toMatchObject({
        code: "LIQ_COMMAND",
        message: expect.stringMatching(/^Cursor .* is none that this list gave$/s),
      });
    },
  );

  test("the largest come by money, of the kind that counts, ties in order of arrival", async () => {
    const largest = async (query: { asset?: string; venue?: VenueId; limit: number }) =>
      (await store().largestLiquidations({ sinceMs: BASE_MS, ...query }))
        .map((stored) => stored.row.dedupeKey)
        .filter((key) => key.startsWith("list|"))
        .map((key) => key.slice(5));
    expect(await largest({ venue: "okx", limit: 1_000 })).toEqual(["b"]);
    expect(await largest({ asset: "ETH", limit: 1 })).toEqual(["b"]);
    const all = await store().largestLiquidations({ sinceMs: BASE_MS, limit: 1 });
    expect(all.map((stored) => stored.row.notionalCents)).toEqual([670_505]);
    expect(await largest({ limit: 0 })).toEqual([]);
  });
}

function sumTests(store: () => SqlStore): void {
  const FROM_MS = BASE_MS + 86_400_000 * 60;
  const span = (from: number, to: number) => ({
    fromMs: FROM_MS + from * 1_000,
    toMs: FROM_MS + to * 1_000,
    venues: ["htx", "gate"] as const,
  });

  beforeAll(async () => {
    const at = (second: number) => ({
      occurredAtMs: FROM_MS + second * 1_000,
      receivedAtMs: FROM_MS + second * 1_000,
    });
    const gap = (venue: VenueId, from: number, to: number | null): Gap => ({
      ...{ venue, connection: "all", reason: "not running" },
      fromMs: FROM_MS + from * 1_000,
      toMs: to === null ? null : FROM_MS + to * 1_000,
    });
    await store().commit(
      batch({
        liquidations: [
          { row: row("sum|1", { ...at(100), venue: "htx", notionalCents: 7 }), countsOrder: true },
          { row: row("sum|2", { ...at(100), venue: "htx", notionalCents: 5 }), countsOrder: false },
          {
            row: row("sum|3", { ...at(200), venue: "htx", positionSide: "short" }),
            countsOrder: true,
          },
          { row: row("sum|4", { ...at(150), venue: "htx", kind: "backstop" }), countsOrder: true },
        ],
        // Watched: HTX from 50 to 300 and from 400 to 500.
        gaps: [
          gap("htx", 0, 50),
          gap("htx", 300, 400),
          gap("htx", 500, null),
          gap("gate", 450, null),
        ],
      }),
    );
  });

  test("add money by position side, count orders once, and leave other kinds out", async () => {
    const sums = { orders: 2, rows: 3, longCents: 12, shortCents: 670_505 };
    expect(await store().sumsBetween(span(100, 201))).toEqual(sums);
    expect(await store().sumsBetween({ ...span(100, 201), venue: "htx" })).toEqual(sums);
    expect(await store().sumsBetween({ ...span(100, 201), asset: "BTC" })).toEqual(sums);
    expect(await store().sumsBetween(span(100, 200))).toMatchObject({ rows: 2, shortCents: 0 });
  });

  test("are nothing for a time that was watched and quiet, unknown for one that was not", async () => {
    const nothing = { orders: 0, rows: 0, longCents: 0, shortCents: 0 };
    expect(await store().sumsBetween(span(210, 220))).toEqual(nothing);
    expect(await store().sumsBetween({ ...span(100, 201), asset: "NONE" })).toEqual(nothing);
    // Partly watched is watched.
    expect(await store().sumsBetween(span(290, 350))).toEqual(nothing);
    expect(await store().sumsBetween(span(310, 390))).toBe(null);
    expect(await store().sumsBetween(span(0, 50))).toBe(null);
    expect(await store().sumsBetween(span(-100, -50))).toBe(null);
    expect(await store().sumsBetween(span(500, 600))).toBe(null);
    expect(await store().sumsBetween({ ...span(210, 220), venues: [] })).toBe(null);
  });
}

function alertTests(store: () => SqlStore): void {
  test("alerts come newest first, page by page, suppressed ones apart", async () => {
    const kinds = ["opened", "suppressed", "escalated", "resolved"] as const;
    const decisions = kinds.map((kind) =>
      decision({ alertId: `page-${kind}`, incidentId: "page", decision: kind }),
    );
    await store().commit(batch({ decisions }));
    const first = await store().alertList({ suppressed: false, limit: 2 });
    expect(first.items.map((item) => item.decision.alertId)).toEqual([
      "page-resolved",
      "page-escalated",
    ]);
    const cursor = first.next ?? "";
    const second = await store().alertList({ suppressed: false, limit: 1, cursor });
    expect(second.items[0]).toMatchObject({ decision: decisions[0] });
    expect(typeof second.items[0]?.incidentNumber).toBe("number");
    const held = await store().alertList({ suppressed: true, limit: 1 });
    expect(held.items.map((item) => item.decision.alertId)).toEqual(["page-suppressed"]);
    await expect(store().liquidationList({ limit: 1, cursor })).rejects.toThrow(/^Cursor/);
  });

  test("an alert is known by its id", async () => {
    expect(await store().isLogged("page-opened")).toBe(true);
    expect(await store().isLogged("page-other")).toBe(false);
  });

  test("gaps are those that lasted into the time asked for", async () => {
    const fromMs = BASE_MS + 86_400_000 * 90;
    const gap = (connection: string, from: number, to: number | null): Gap => ({
      ...{ venue: "drift", connection, reason: "closed" },
      fromMs: fromMs + from,
      toMs: to === null ? null : fromMs + to,
    });
    const [old, late, open] = [gap("a", 0, 10), gap("b", 5, 20), gap("c", 7, null)];
    await store().commit(batch({ gaps: [old, late, open] }));
    const found = await store().gapsSince(fromMs + 10);
    expect(found.filter(({ venue }) => venue === "drift")).toEqual([open, late]);
    const { first, gaps } = await store().watchHistory(fromMs + 10);
    expect(first.filter(({ venue }) => venue === "drift")).toEqual([
      { venue: "drift", atMs: fromMs },
    ]);
    expect(gaps.filter(({ venue }) => venue === "drift")).toEqual([open, late]);
  });
}

function muteTests(store: () => SqlStore, database: () => Database): void {
  const btc = { asset: "BTC", untilMs: 2_000, by: "telegram:1" };
  const all = { asset: null, untilMs: 3_000, by: "http:127.0.0.1" };

  test("are kept one per asset, the later word counts, and what ended is forgotten", async () => {
    expect(await store().mutes()).toEqual([]);
    await store().writeMute({ ...btc, untilMs: 1_500 }, 1_000);
    await store().writeMute(btc, 1_000);
    await store().writeMute(all, 1_000);
    expect(await store().mutes()).toEqual([all, btc]);
    const eth = { asset: "ETH", untilMs: 9_000, by: "discord:2" };
    await store().writeMute(eth, 2_000);
    expect(await store().mutes()).toEqual([all, eth]);
    await store().deleteMute({ asset: null });
    await store().deleteMute({ asset: "NONE" });
    expect(await store().mutes()).toEqual([eth]);
    const narrow = {
      asset: null,
      venue: "gate",
      rule: "whale",
      untilMs: 9_000,
      by: "http:::1",
    } as const;
    await store().writeMute(narrow, 4_000);
    expect(await store().mutes()).toEqual([eth, narrow]);
    await store().deleteMute({ asset: null, rule: "whale", venue: "gate" });
    expect(await store().mutes()).toEqual([eth]);
    // The term and the clock live in the same table.
    expect((await store().warmStart()).engineNowMs).toBeGreaterThan(0);
  });

  test("are not written by a process whose term is over", async () => {
    const old = new SqlStore(database(), -1);
    await expect(old.writeMute(btc, 1_000)).rejects.toThrow("Another process decides");
    await expect(old.deleteMute({ asset: "ETH" })).rejects.toThrow("Another process decides");
    expect(await store().mutes()).toHaveLength(1);
  });
}
