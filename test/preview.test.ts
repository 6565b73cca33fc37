/** A preview is a replay of the stored rows: the same file of events must give the same counts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayLines } from "../src/cli/replay.ts";
import { DEFAULT_USD_COINS } from "../src/config/defaults.ts";
import { targetsOf } from "../src/jobs/route.ts";
import type { Liquidation } from "../src/liquidation.ts";
import { type PreviewSource, previewAlerts } from "../src/preview.ts";
import type { Rule } from "../src/rule.ts";
import { blockMoney } from "../src/store/block-money.ts";
import { beginTerm } from "../src/store/decider.ts";
import { migrate } from "../src/store/migrate.ts";
import { type EmbeddedDatabase, openEmbedded } from "../src/store/postgres/embedded.ts";
import { SqlStore } from "../src/store/store-sql.ts";
import { type Chance, chanceOf } from "./oracle/chance.ts";
import { randomRules } from "./oracle/rule-lists.ts";
import { rowOf, ruleOf, T0 } from "./severity/samples.ts";
import { batch, rowsOf } from "./store/samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let database: EmbeddedDatabase;
let store: SqlStore;
beforeAll(async () => {
  database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
    await migrate(fresh);
  });
  store = new SqlStore(database, await database.transaction(beginTerm));
});
afterAll(() => database.close());

async function keep(rows: readonly Liquidation[]): Promise<void> {
  await database.run("truncate liqwatch.liquidations");
  await store.commit(batch({ liquidations: rowsOf(...rows) }));
}

/** Where previews read, and which rows they read; `rowsMax` in place of the real limit. */
function source(rowsMax?: number) {
  const read: Liquidation[] = [];
  let pauses = 0;
  const made: PreviewSource = {
    route: (decision, rule) =>
      targetsOf(decision, rule.notify, [
        { name: "all", purpose: "alerts", minSeverity: "LOW" },
        { name: "worst", purpose: "alerts", minSeverity: "HIGH" },
      ]),
    runtime: {
      sleep: async () => {
        pauses += 1;
      },
    },
    blocks: (reach) => blockMoney(database, reach),
    async rows(sinceMs, limit) {
      const { chunks, isCut } = await store.newestSince(sinceMs, rowsMax ?? limit);
      async function* noted() {
        for await (const chunk of chunks) {
          read.push(...chunk.map(({ row }) => row));
          yield chunk;
        }
      }
      return { chunks: noted(), isCut };
    },
  };
  return { source: made, read, pauses: () => pauses };
}

/** Money around the rules' thresholds, in bursts between quiet hours. */
function randomRows(chance: Chance, rules: readonly Rule[], startMs: number): Liquidation[] {
  const rows: Liquidation[] = [];
  let clockMs = startMs;
  for (let at = 0; at < 250; at += 1) {
    clockMs += chance.integer(0, chance.pick([0, 50, 2_000, 60_000, 1_800_000]));
    const { thresholds } = chance.pick(rules);
    const usd = chance.pick([thresholds.low, thresholds.medium, thresholds.high]) / 2;
    rows.push(
      rowOf({
        venue: chance.pick(["binance", "bybit", "okx"]),
        asset: chance.pick(["BTC", "ETH", "SOL", "PEPE"]),
        positionSide: chance.pick(["long", "short"]),
        kind: chance.in100(95) ? "liquidation" : "deleverage",
        receivedAtMs: clockMs,
        occurredAtMs: clockMs - chance.pick([0, 40, 1_500, 90_000]),
        notionalCents: chance.in100(95) ? Math.max(1, Math.round(usd * 100)) : null,
        history: chance.in100(4),
        orderKey: chance.in100(20) ? `order-${at % 7}` : `own-${at}`,
        dedupeKey: `event-${at}`,
      }),
    );
  }
  return rows;
}

/** A stored row as a line of an event file. */
function lineOf({ notionalCents, ...row }: Liquidation): string {
  const money = notionalCents === null ? {} : { notionalUsd: notionalCents / 100 };
  return JSON.stringify({ ...row, ...money });
}

function replayed(rows: readonly Liquidation[], rules: readonly Rule[], nowMs: number) {
  const clock = JSON.stringify({ context: "clock", receivedAtMs: nowMs });
  const { report } = replayLines([...rows.map(lineOf), clock], {
    ...{ rules, usdCoins: DEFAULT_USD_COINS },
  });
  const told: Record<string, number> = {};
  for (const { rule, decision, severity, atMs } of report.alerts) {
    const isOfDay = atMs > nowMs - DAY_MS;
    const kind = { opened: "opened", reopened: "opened", escalated: "escalated" }[decision];
    if (!isOfDay || kind === undefined) continue;
    const key = `${rule} ${kind} ${severity}`;
    told[key] = (told[key] ?? 0) + 1;
  }
  return told;
}

function flat(byRule: Awaited<ReturnType<typeof previewAlerts>>["present"]["byRule"]) {
  const told: Record<string, number> = {};
  for (const [rule, counts] of Object.entries(byRule)) {
    for (const kind of ["opened", "escalated"] as const) {
      for (const [severity, count] of Object.entries(counts[kind])) {
        if (count > 0) told[`${rule} ${kind} ${severity}`] = count;
      }
    }
  }
  return told;
}

function raised(rule: Rule, factor: number): Rule {
  const { low, medium, high, critical } = rule.thresholds;
  const thresholds = {
    ...{ low: low * factor, medium: medium * factor },
    ...{ high: high * factor, critical: critical * factor },
  };
  return { ...rule, thresholds };
}

describe("a preview", () => {
  test("counts what a replay of the same rows tells, for the present and for the wished rules", async () => {
    let told = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const chance = chanceOf(seed);
      const present = randomRules(chance);
      const wanted = present.map((rule) => raised(rule, chance.pick([0.5, 2, 3])));
      const rows = randomRows(chance, present, T0);
      await keep(rows);
      const lastMs = rows.at(-1)?.receivedAtMs ?? T0;
      const nowMs = lastMs + chance.pick([0, 100, 60_000, 6 * HOUR_MS]);
      const { source: from, read } = source();
      const preview = await previewAlerts(from, { present, wanted, nowMs, targets: [] });
      expect(preview.rows, `seed ${seed}`).toBe(read.length);
      expect(flat(preview.present.byRule), `seed ${seed}`).toEqual(replayed(read, present, nowMs));
      expect(flat(preview.wanted.byRule), `seed ${seed}`).toEqual(replayed(read, wanted, nowMs));
      told += Object.keys(flat(preview.present.byRule)).length;
    }
    expect(told).toBeGreaterThan(100);
  });

  test("looks at the last 24 h, with what was running when they began", async () => {
    const rule = ruleOf({ cooldownMs: 2 * HOUR_MS, resolve: { forMs: 10_000 } });
    const nowMs = T0 + 30 * HOUR_MS;
    const at = (hoursAgo: number) => {
      const receivedAtMs = nowMs - hoursAgo * HOUR_MS;
      return rowOf({ receivedAtMs, dedupeKey: `${hoursAgo}`, notionalCents: 15_000 });
    };
    // The first is too old to be told, and old enough to keep the second quiet.
    await keep([at(24.5), at(23.5), at(10), at(1)]);
    const query = { present: [rule], wanted: [raised(rule, 2)], nowMs, targets: [] };
    const preview = await previewAlerts(source().source, query);
    expect(flat(preview.present.byRule)).toEqual({ "minute opened LOW": 2 });
    expect(flat(preview.wanted.byRule)).toEqual({});
    expect(preview).toMatchObject({ sinceMs: nowMs - DAY_MS, rows: 4, isCut: false });
  });

  test("counts new messages by target, edits and endings left aside", async () => {
    const rule = ruleOf();
    const worse = rowOf({ receivedAtMs: T0 + 1_000, dedupeKey: "w", notionalCents: 50_000 });
    await keep([rowOf({ dedupeKey: "a" }), worse]);
    const nowMs = T0 + HOUR_MS;
    const query = { present: [rule], wanted: [raised(rule, 10)], nowMs, targets: [] };
    const { present, wanted, sinceMs } = await previewAlerts(source().source, query);
    expect(flat(present.byRule)).toEqual({ "minute opened LOW": 1, "minute escalated HIGH": 1 });
    expect(present.byTarget).toEqual({ all: 1, worst: 1 });
    expect(wanted.byTarget).toEqual({});
    // Nothing older is stored, and that is said.
    expect(sinceMs).toBe(T0);
  });

  test("keeps to the newest rows when there are too many, and lets others work in between", async () => {
    const rows = Array.from({ length: 6_000 }, (_, at) =>
      rowOf({ receivedAtMs: T0 + at * 1_000, dedupeKey: `many ${at}` }),
    );
    await keep(rows);
    const query = { present: [ruleOf()], wanted: [ruleOf()], targets: [] };
    const nowMs = T0 + 6_000_000;
    const { source: few, read } = source(1_500);
    const cut = await previewAlerts(few, { ...query, nowMs });
    expect(cut).toMatchObject({ rows: 1_500, isCut: true, sinceMs: T0 + 4_500_000 });
    expect(read.at(-1)?.dedupeKey).toBe("many 5999");
    const { source: all, pauses } = source();
    expect(await previewAlerts(all, { ...query, nowMs })).toMatchObject({
      ...{ rows: 6_000, isCut: false },
    });
    expect(pauses()).toBe(6);
  });

  test("knows what was usual in the days before", async () => {
    const rule = ruleOf({
      ...{ metric: "timesNormal", windowMs: 300_000, cooldownMs: 0 },
      thresholds: { low: 4, medium: 8, high: 16, critical: 40 },
    });
    const wanted = { ...rule, thresholds: { ...rule.thresholds, low: 5 } };
    const usual = Array.from({ length: 200 }, (_, at) =>
      rowOf({ receivedAtMs: T0 - 4 * DAY_MS + at * 900_000, dedupeKey: `usual ${at}` }),
    );
    const burst = rowOf({ receivedAtMs: T0 - HOUR_MS, notionalCents: 45_000, dedupeKey: "burst" });
    await keep([...usual, burst]);
    const query = { present: [rule], wanted: [wanted], nowMs: T0, targets: [] };
    const preview = await previewAlerts(source().source, query);
    const told = [preview.present, preview.wanted].map(({ byRule }) => byRule.minute?.opened.LOW);
    expect(told).toEqual([1, 0]);
  });

  test("of an empty store is empty", async () => {
    await keep([]);
    const query = { present: [ruleOf()], wanted: [ruleOf()], nowMs: T0, targets: [] };
    const preview = await previewAlerts(source().source, query);
    expect(preview).toMatchObject({ rows: 0, isCut: false, sinceMs: T0 - DAY_MS });
    expect(flat(preview.present.byRule)).toEqual({});
  });
});
