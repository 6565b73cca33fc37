/** The dashboard's queries, run by the role that may only read, over what the real store wrote. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openServer } from "../../src/store/postgres/server.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { withPostgres } from "../real/postgres.ts";
import { AT_MS, decision } from "../render/samples.ts";
import { batch, draft, row, rowsOf } from "../store/samples.ts";
import { expand, type Panel, readDashboard, sqlTargets, type View } from "./dashboard-file.ts";
import { makeReader, type Reader } from "./reader-role.ts";

const dashboard = readDashboard();
const panels = dashboard.panels.filter(({ type }) => type !== "row");
const [assets] = dashboard.templating.list;
const sqlPanels = panels.filter((panel) => sqlTargets(panel).length > 0);
const HOUR_MS = 3_600_000;

const Provisioned = z.object({
  datasources: z.array(z.object({ type: z.string(), uid: z.string() })),
});

describe("the file", () => {
  const text = readFileSync("deploy/grafana/provisioning/datasources/liqwatch.yaml", "utf8");
  const { datasources: sources } = Provisioned.parse(parse(text));

  test("every panel asks one data source, and it is provisioned", () => {
    const known = sources.map(({ type, uid }) => ({ type, uid }));
    for (const { title, datasource, targets } of panels) {
      expect([title, known]).toEqual([title, expect.arrayContaining([datasource])]);
      for (const target of targets) expect(target.datasource).toEqual(datasource);
    }
    expect(known).toContainEqual(assets?.datasource);
  });

  test("panels have ids of their own and do not lie on each other", () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  test("every panel says what it shows", () => {
    expect(panels.filter(({ description }) => (description ?? "").length < 10)).toEqual([]);
  });
});

const postgres = await withPostgres();

if (postgres !== null) {
  describe.each([["before"], ["after"]] as const)("a reader made %s the first start", (when) => {
    let database: Database;
    let reader: Reader;

    beforeAll(async () => {
      const url = await postgres.newDatabase();
      if (when === "before") reader = await makeReader(url);
      database = openServer({ url, runtime: nodeRuntime, onAbsent() {}, onPresent() {} });
      await migrate(database);
      if (when === "after") reader = await makeReader(url);
      await fill(new SqlStore(database, await database.transaction(beginTerm)));
    });

    afterAll(async () => {
      await reader.remove();
      await database.close();
    });

    const ask = async (sql: string, over: Partial<View> = {}) => {
      const view = { fromMs: AT_MS - HOUR_MS, toMs: AT_MS + HOUR_MS, intervalMs: 60_000 };
      const allValue = assets?.allValue ?? "";
      return reader.query(expand(sql, { ...view, asset: null, allValue, ...over }));
    };
    const panelOf = (title: string): Panel => {
      const found = panels.find((panel) => panel.title === title);
      if (found === undefined) throw new Error(`No panel ${title}`);
      return found;
    };
    const rows = async (title: string, over: Partial<View> = {}) =>
      (await ask(sqlTargets(panelOf(title))[0]?.rawSql ?? "", over)).rows;

    test.each(sqlPanels.map((panel) => [panel.title, panel] as const))(
      "%s has data",
      async (_, panel) => {
        for (const { rawSql, format } of sqlTargets(panel)) {
          const { fields, rows: found } = await ask(rawSql);
          expect(found.length).toBeGreaterThan(0);
          if (format === "time_series") expect(found[0]?.time).toBeInstanceOf(Date);
          const series = found.map(({ metric }) => metric);
          const names = [...fields.map(({ name }) => name), ...series];
          const styled = panel.fieldConfig?.overrides.map(({ matcher }) => matcher.options) ?? [];
          const levels = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
          expect(styled.filter((name) => !names.includes(name) && !levels.includes(name))).toEqual(
            [],
          );
          expect((await ask(rawSql, { asset: "BTC" })).rows.length).toBeGreaterThan(0);
          await ask(rawSql, { asset: "O'X" });
        }
      },
    );

    test("figures are those that were stored", async () => {
      expect(await rows("Liquidated")).toEqual([{ liquidated: 7_705.05 }]);
      expect(await rows("Liquidated", { asset: "ETH" })).toEqual([{ liquidated: 1_000 }]);
      expect(await rows("Liquidated", { toMs: AT_MS - HOUR_MS / 2 })).toEqual([{ liquidated: 0 }]);
      expect(await rows("Rows without money")).toEqual([{ rows: "1" }]);
      expect(await rows("Alerts told")).toEqual([{ alerts: "3" }]);
      expect(await rows("Alerts told", { asset: "BTC" })).toEqual([{ alerts: "2" }]);
      expect(await rows("Alerts held back")).toEqual([{ suppressed: "1" }]);
      expect(await rows("Liquidated by side")).toEqual([
        { time: new Date(AT_MS - (AT_MS % 60_000)), longs: 6_705.05, shorts: 1_000 },
      ]);
      expect(await rows("Messages that wait or are parked")).toMatchObject([
        { target: "waiting", state: "pending", reason: null },
        { target: "parked", state: "parked", reason: "unauthorized" },
      ]);
      expect(await rows("Targets")).toMatchObject([
        { target: "discord", delivered: "1", p50: 250 },
        { target: "parked", delivered: "0", parked: "1" },
      ]);
      expect(await rows("Gaps")).toMatchObject([{ venue: "okx", lasted: 60_000 }]);
    });

    test("the list of assets is what was liquidated in the range", async () => {
      const { rows: found } = await ask(assets?.query ?? "");
      expect(found).toEqual([{ asset: "BTC" }, { asset: "ETH" }]);
    });

    test("the reader can neither write nor look elsewhere", async () => {
      const refused = /permission denied|read-only transaction/;
      for (const sql of [
        "insert into liqwatch.settings values ('x', '1')",
        "delete from liqwatch.liquidations",
        "begin; set transaction read write; delete from liqwatch.liquidations",
        "create table liqwatch.mine (x int)",
        "select pg_read_file('postgresql.conf')",
      ]) {
        await expect(reader.query(sql)).rejects.toThrow(refused);
        await reader.query("rollback");
      }
    });
  });
}

/** One hour with something of everything. */
async function fill(store: SqlStore): Promise<void> {
  const eth = { asset: "ETH", symbol: "ETHUSDT", market: "ETH/USDT:USDT" };
  const told = decision({ alertId: "told", incidentId: "one" });
  const over = decision({ ...told, alertId: "over", decision: "resolved", telling: 2 });
  const held = { reason: "cooldown", untilMs: AT_MS + 5_000, count: 2 } as const;
  await store.commit(
    batch({
      liquidations: rowsOf(
        row("btc"),
        row("eth", { ...eth, positionSide: "short", notionalCents: 100_000, venue: "okx" }),
        row("unpriced", { notionalCents: null, asset: null, market: null, history: true }),
      ),
      decisions: [
        told,
        over,
        decision({ alertId: "market", incidentId: "two", scope: "market", scopeKey: "market" }),
        decision({ alertId: "held", decision: "suppressed", telling: 0, suppression: held }),
      ],
      deliveries: ["discord", "parked", "waiting"].map((target) => draft(["told"], { target })),
      gaps: [
        {
          venue: "okx",
          connection: "okx.0",
          fromMs: AT_MS - 60_000,
          toMs: AT_MS,
          reason: "closed by the venue",
        },
      ],
    }),
  );
  const sent = await store.claim("discord", AT_MS, "oldest");
  await store.markShown({
    ...{ id: sent?.id ?? "", attempt: 1, revision: 1, alerts: 1, remoteId: "7" },
    ...{ isEdit: false, nowMs: AT_MS + 250 },
  });
  const refused = await store.claim("parked", AT_MS, "oldest");
  await store.markParked(refused?.id ?? "", 1, "unauthorized", AT_MS + 100, false);
}
