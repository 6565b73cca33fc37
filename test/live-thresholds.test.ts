/** Thresholds of a running daemon over the real store: kept, taken back, refused, retired. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CONFIRM_MS_MAX, LiveThresholds } from "../src/live-thresholds.ts";
import { type LogFields, SILENT_LOG } from "../src/log.ts";
import { previewAlerts } from "../src/preview.ts";
import type { Rule } from "../src/rule.ts";
import { nodeRuntime } from "../src/runtime-node.ts";
import { beginTerm } from "../src/store/decider.ts";
import { migrate } from "../src/store/migrate.ts";
import { type EmbeddedDatabase, openEmbedded } from "../src/store/postgres/embedded.ts";
import { SqlStore } from "../src/store/store-sql.ts";
import type { Who } from "../src/thresholds.ts";
import { ruleOf, T0 } from "./severity/samples.ts";

const ADA: Who = { by: "telegram:4711", name: "ada" };
const BOB: Who = { by: "discord:8150", name: null };
const MINUTE = ruleOf();
const HOUR = ruleOf({ name: "hour", windowMs: 3_600_000, metric: "count" });
const RULES = [MINUTE, HOUR];

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
    await migrate(fresh);
  });
});
afterAll(() => database.close());
beforeEach(() => database.run("drop schema liqwatch cascade").then(() => migrate(database)));

interface StartOptions {
  readonly rules?: readonly Rule[];
  /** In place of the engine's change. */
  readonly changeRules?: () => Promise<void>;
}

/** A process from its start: the database alone is handed on. */
async function start({ rules = RULES, changeRules }: StartOptions = {}) {
  const store = new SqlStore(database, await database.transaction(beginTerm));
  const said: (LogFields & { readonly message: string })[] = [];
  const keep = (fields: LogFields, message: string) => void said.push({ ...fields, message });
  let file = rules;
  let passedMs = 0;
  let codes = 0;
  const runtime = {
    ...nodeRuntime,
    nowMs: () => T0 + passedMs,
    monotonicMs: () => passedMs,
    random: () => {
      codes += 1;
      return codes / 1_000;
    },
  };
  const from = { rows: store.newestSince.bind(store), blocks: async () => [] };
  const thresholds = new LiveThresholds({
    ...{ runtime, log: { ...SILENT_LOG, info: keep, warn: keep, error: keep } },
    store: {
      thresholdOverrides: () => store.thresholdOverrides(),
      writeThresholdChanges: (changes) => store.writeThresholdChanges(changes),
      thresholdChanges: (limit) => store.thresholdChanges(limit),
      previewAlerts: (query) => previewAlerts({ route: () => [], runtime, ...from }, query),
    },
  });
  let engineRules = await thresholds.restore(file);
  const take = async () => {
    await changeRules?.();
    engineRules = thresholds.rulesOver(file);
    await thresholds.onRules(file);
  };
  thresholds.begin({
    ...{ fileRules: () => file, targets: () => [], nowMs: () => null },
    alone: (change) => change(),
    changeRules: take,
  });
  return {
    ...{ thresholds, store, said },
    low: (name = "minute") => engineRules.find((rule) => rule.name === name)?.thresholds.low,
    pass: (ms: number) => {
      passedMs += ms;
    },
    reload: (next: readonly Rule[]) => {
      file = next;
      return take();
    },
    set: async (rule: string, low: number, who = ADA) => {
      const { code } = await thresholds.propose({ type: "set", rule, levels: { low } }, who);
      return thresholds.confirm(code, who);
    },
  };
}

function withLow(low: number, over: Partial<Rule> = {}): readonly Rule[] {
  return [{ ...MINUTE, thresholds: { ...MINUTE.thresholds, low }, ...over }, HOUR];
}

describe("thresholds changed from a chat", () => {
  test("hold from their confirmation on, are named in both logs and outlive a restart", async () => {
    const { thresholds, low, said, pass } = await start();
    pass(5_000);
    const wish = { type: "set", rule: "minute", levels: { low: 150, critical: 900 } } as const;
    const { code, changes } = await thresholds.propose(wish, ADA);
    expect([low(), said]).toEqual([100, []]);
    const figures = {
      before: { low: 100, medium: 200, high: 400, critical: 800 },
      after: { low: 150, medium: 200, high: 400, critical: 900 },
    };
    expect(changes).toMatchObject([{ ...figures, override: { low: 150, critical: 900 } }]);
    pass(60_000);
    expect(await thresholds.confirm(code, ADA)).toMatchObject({ isInForce: true });
    expect(low()).toBe(150);
    const { by, name } = ADA;
    expect(said).toEqual([
      { rule: "minute", action: "set", ...figures, by, name, message: "Thresholds changed" },
    ]);
    const second = await start();
    expect(second.low()).toBe(150);
    expect(second.low("hour")).toBe(100);
    expect(second.thresholds.states()).toEqual([
      {
        change: {
          ...{ atMs: T0 + 65_000, who: ADA, action: "set", rule: "minute" },
          ...{ metric: "notionalUsd", ...figures, override: { low: 150, critical: 900 } },
        },
        file: MINUTE.thresholds,
        ignoredReason: null,
      },
    ]);
    expect(await second.thresholds.log(5)).toHaveLength(1);
  });

  test("add up level by level; what equals the file is the file's again", async () => {
    const { thresholds, set, low } = await start();
    await set("minute", 150);
    const more = { type: "set", rule: "minute", levels: { high: 500 } } as const;
    await thresholds.confirm((await thresholds.propose(more, BOB)).code, BOB);
    expect(thresholds.states()[0]?.change.override).toEqual({ low: 150, high: 500 });
    await set("minute", 100);
    expect(low()).toBe(100);
    expect(thresholds.states()[0]?.change.override).toEqual({ high: 500 });
  });

  test("go back to the file, one rule or all", async () => {
    const { thresholds, set, low } = await start();
    await set("minute", 150);
    await set("hour", 50, BOB);
    const revert = async (rule: string | null) => {
      const { code } = await thresholds.propose({ type: "revert", rule }, BOB);
      await thresholds.confirm(code, BOB);
    };
    await revert("hour");
    expect([low(), low("hour")]).toEqual([150, 100]);
    await expect(revert("hour")).rejects.toThrow(
      "Nothing to revert: the file's thresholds of hour hold",
    );
    await revert(null);
    expect([low(), low("hour")]).toEqual([100, 100]);
    expect((await start()).thresholds.states()).toEqual([]);
    const log = await thresholds.log(10);
    expect(log.map(({ action, rule, who }) => `${action} ${rule} ${who.by}`)).toEqual([
      "reverted minute discord:8150",
      "reverted hour discord:8150",
      "set hour discord:8150",
      "set minute telegram:4711",
    ]);
  });

  test("are confirmed by who saw the preview, in time, once, and the newest alone", async () => {
    const { thresholds, pass, low } = await start();
    const wish = { type: "set", rule: "minute", levels: { low: 150 } } as const;
    const none = { code: "LIQ_COMMAND", message: expect.stringMatching(/^No change waits/) };
    const first = await thresholds.propose(wish, ADA);
    await expect(thresholds.confirm(first.code, BOB)).rejects.toMatchObject(none);
    const newer = await thresholds.propose({ ...wish, levels: { low: 160 } }, ADA);
    await expect(thresholds.confirm(first.code, ADA)).rejects.toMatchObject(none);
    pass(CONFIRM_MS_MAX + 1);
    await expect(thresholds.confirm(newer.code, ADA)).rejects.toMatchObject(none);
    const last = await thresholds.propose(wish, ADA);
    await thresholds.confirm(last.code, ADA);
    await expect(thresholds.confirm(last.code, ADA)).rejects.toMatchObject(none);
    expect(low()).toBe(150);
  });

  test("that were previewed over other rules are asked for again", async () => {
    const { thresholds, reload, set } = await start();
    const wish = { type: "set", rule: "minute", levels: { low: 150 } } as const;
    const seen = await thresholds.propose(wish, ADA);
    await set("minute", 120, BOB);
    const again = "The rules have changed since that preview; ask again";
    await expect(thresholds.confirm(seen.code, ADA)).rejects.toThrow(again);
    const other = await thresholds.propose(wish, ADA);
    await reload([HOUR]);
    await expect(thresholds.confirm(other.code, ADA)).rejects.toThrow(/^No rule minute/);
    expect(await thresholds.log(5)).toHaveLength(1);
  });

  test("are refused like a wrong file, and change nothing", async () => {
    const { thresholds } = await start();
    const set = (rule: string, low: number) =>
      thresholds.propose({ type: "set", rule, levels: { low } }, ADA);
    await expect(set("minute", 300)).rejects.toThrow(
      "Rule minute refuses that: thresholds.medium: 200, expected more than low (300)",
    );
    await expect(set("minutes", 1)).rejects.toThrow(
      "No rule minutes; there are minute, hour; did you mean minute?",
    );
    await expect(set("minute", 100)).rejects.toThrow("Rule minute has these thresholds already");
    expect(await thresholds.log(5)).toEqual([]);
  });
});

describe("a file that changes under them", () => {
  test("keeps them where they still fit, and says where not", async () => {
    const { set, reload, low, said, thresholds } = await start();
    await set("minute", 150);
    await reload(withLow(90));
    expect(low()).toBe(150);
    const medium = { low: 10, medium: 20, high: 40, critical: 80 };
    said.length = 0;
    await reload([{ ...MINUTE, thresholds: medium }, HOUR]);
    expect(low()).toBe(10);
    const reason = "thresholds.medium would be 20, expected more than low (150)";
    expect(said).toEqual([
      { rule: "minute", reason, by: ADA.by, message: "Override of thresholds ignored" },
    ]);
    expect(thresholds.states()).toMatchObject([{ file: medium, ignoredReason: reason }]);
    await reload([HOUR]);
    expect(thresholds.states()).toMatchObject([
      { file: null, ignoredReason: "the file has no such rule" },
    ]);
    await reload(RULES);
    expect(low()).toBe(150);
  });

  test("retires them for good when it measures something else", async () => {
    const { set, reload, low, thresholds } = await start();
    await set("minute", 150);
    await reload(withLow(5, { metric: "count" }));
    expect(low()).toBe(5);
    await reload(RULES);
    expect(low()).toBe(100);
    expect(thresholds.states()).toEqual([]);
    expect((await thresholds.log(1))[0]).toMatchObject({
      ...{ action: "retired", who: { by: "configuration", name: null }, override: {} },
      ...{ before: { low: 150 }, after: { low: 5 } },
    });
  });

  test("is met at a start as it is at a reload", async () => {
    await (await start()).set("minute", 150);
    const changed = await start({ rules: withLow(5, { metric: "count" }) });
    expect(changed.low()).toBe(5);
    expect((await start()).low()).toBe(100);
  });
});

describe("a change that cannot be made", () => {
  test("is taken back in the database, too", async () => {
    const { set, low, thresholds } = await start({
      changeRules: () => Promise.reject(new Error("Store is slow")),
    });
    await expect(set("minute", 150)).rejects.toThrow("Store is slow");
    expect(low()).toBe(100);
    expect(thresholds.states()).toEqual([]);
    const [undone] = await thresholds.log(1);
    expect(undone).toMatchObject({ action: "undone", before: { low: 150 }, after: { low: 100 } });
    expect((await start()).low()).toBe(100);
  });

  test("is not stored by a process whose term is over", async () => {
    const old = await start();
    await start();
    await expect(old.set("minute", 150)).rejects.toThrow(/^Another process decides/);
    expect(old.low()).toBe(100);
    expect(await old.thresholds.log(5)).toEqual([]);
  });

  test("needs a process that decides", async () => {
    const { store } = await start();
    const runtime = nodeRuntime;
    const early = new LiveThresholds({
      ...{ runtime, log: SILENT_LOG },
      store: Object.assign(store, { previewAlerts: () => Promise.reject(new Error("none")) }),
    });
    await expect(early.propose({ type: "revert", rule: null }, ADA)).rejects.toMatchObject({
      code: "LIQ_STORE",
    });
  });
});

test("what people are called and what rules are named is stored as text", async () => {
  const name = `'; drop table liqwatch.threshold_changes; --\u0000 <b>@everyone</b> **x**`;
  const odd = ruleOf({ name: `x'); delete from liqwatch.settings; --` });
  const { set, thresholds } = await start({ rules: [odd] });
  await set(odd.name, 150, { by: "discord:1", name });
  expect(await thresholds.log(1)).toMatchObject([
    { rule: odd.name, who: { by: "discord:1", name: name.replace("\u0000", "\ufffd") } },
  ]);
  await expect(database.run("delete from liqwatch.threshold_changes")).rejects.toThrow(
    /append-only/,
  );
});
