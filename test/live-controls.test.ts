/** Mutes over the real store: they hold, are named in the log, and outlive a restart. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MUTE_MS_MAX } from "../src/alert.ts";
import { Decider } from "../src/decide.ts";
import { LiveControls } from "../src/live-controls.ts";
import { type LogFields, SILENT_LOG } from "../src/log.ts";
import { NO_METRICS } from "../src/metrics.ts";
import { nodeRuntime } from "../src/runtime-node.ts";
import { Engine } from "../src/severity/engine.ts";
import { Holds, NO_HOLDS } from "../src/severity/holds.ts";
import { MUTES_MAX, MuteBook } from "../src/severity/mutes.ts";
import { beginTerm } from "../src/store/decider.ts";
import { migrate } from "../src/store/migrate.ts";
import { type EmbeddedDatabase, openEmbedded } from "../src/store/postgres/embedded.ts";
import { SqlStore } from "../src/store/store-sql.ts";
import { NO_PREVIEW, thresholdScene } from "./commands/threshold-samples.ts";
import { rowOf, ruleOf, T0 } from "./severity/samples.ts";
import { untoldStories } from "./stories/samples.ts";

const HOUR_MS = 3_600_000;
const TEST = { remoteId: "7", refusal: null, latencyMs: 12, isRearmed: true, resent: 3 };

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
    await migrate(fresh);
  });
});
afterAll(() => database.close());

/** A process from its start to its end: the database alone is handed on. */
async function start() {
  const store = new SqlStore(database, await database.transaction(beginTerm));
  const mutes = new MuteBook();
  const engine = new Engine({
    rules: [ruleOf({ windowMs: 300_000 })],
    ...new Holds(mutes, NO_HOLDS).options,
  });
  const said: (LogFields & { readonly message: string })[] = [];
  const info = (fields: LogFields, message: string) => void said.push({ ...fields, message });
  const { thresholds } = thresholdScene({ rules: [], preview: NO_PREVIEW });
  const controls = new LiveControls({
    ...{ engine, mutes, store, thresholds, log: { ...SILENT_LOG, info } },
    sendTest: async (target) => ({ ...TEST, target }),
  });
  await controls.restore();
  const decider = new Decider({
    ...{ engine, store, log: SILENT_LOG, metrics: NO_METRICS },
    // The wall clock is of no use here: what is stored is stored at the end.
    runtime: { ...nodeRuntime, monotonicMs: () => 0 },
    stories: untoldStories(),
    takeGaps: () => [],
    onStep: (_input, _accepted, decisions) => log.push(...decisions.map(lineOf)),
    onCommit() {},
    onCommitFailure: (reason) => log.push(reason),
  });
  await decider.warmStart();
  const log: string[] = [];
  return { store, engine, mutes, controls, decider, said, log };
}

function lineOf(decision: ReturnType<Engine["step"]>["decisions"][number]): string {
  const { atMs, scopeKey, severity, suppression } = decision;
  const reason = suppression === null ? "" : ` ${suppression.reason}`;
  return `${atMs - T0} ${decision.decision} ${scopeKey} ${severity}${reason}`;
}

const rows = (atMs: number, usd: number) => {
  const receivedAtMs = T0 + atMs;
  const row = rowOf({ receivedAtMs, notionalCents: usd * 100, dedupeKey: `row ${atMs}` });
  return { type: "rows", receivedAtMs, rows: [row] } as const;
};

describe("mutes of a running daemon", () => {
  test("need a clock, an end ahead of it, and one that is not too far away", async () => {
    const { controls, decider, mutes } = await start();
    const mute = (untilMs: number) => controls.mute({ asset: "BTC", untilMs, by: "http:::1" });
    await expect(mute(T0 + HOUR_MS)).rejects.toMatchObject({ code: "LIQ_STORE" });
    decider.take({ type: "clock", nowMs: T0 });
    for (const untilMs of [T0, T0 - 1, T0 + MUTE_MS_MAX + 1, Number.NaN]) {
      await expect(mute(untilMs)).rejects.toMatchObject({ code: "LIQ_COMMAND" });
    }
    expect(mutes.list(T0)).toEqual([]);
  });

  test("hold over a restart, end by themselves and stand in the alert log", async () => {
    const first = await start();
    first.decider.take({ type: "clock", nowMs: T0 });
    await first.controls.mute({ asset: "BTC", untilMs: T0 + 60_000, by: "telegram:4711" });
    expect(first.said).toEqual([
      {
        asset: "BTC",
        until: new Date(T0 + 60_000).toISOString(),
        by: "telegram:4711",
        message: "Alerts muted",
      },
    ]);
    first.decider.take(rows(1_000, 150));
    await first.decider.stop();
    expect(first.log).toEqual([]);

    const second = await start();
    expect(second.mutes.list(T0 + 1_000)).toEqual([
      { asset: "BTC", untilMs: T0 + 60_000, by: "telegram:4711" },
    ]);
    second.decider.take(rows(30_000, 150));
    expect(second.log).toEqual([]);
    second.decider.take({ type: "clock", nowMs: T0 + 61_000 });
    expect(second.log).toEqual(["1000 suppressed BTC MEDIUM mute", "60000 opened BTC MEDIUM"]);
    await second.decider.stop();
    const held = await second.store.recentAlerts(1, { suppressed: true });
    expect(held[0]?.decision.suppression).toEqual({
      reason: "mute",
      untilMs: T0 + 60_000,
      count: 2,
    });
  });

  test("are ended by a word, once, and stay ended after a restart", async () => {
    const first = await start();
    first.decider.take({ type: "clock", nowMs: T0 + 10 * HOUR_MS });
    await first.controls.mute({ asset: null, untilMs: T0 + 20 * HOUR_MS, by: "discord:8150" });
    first.decider.take(rows(10 * HOUR_MS, 100));
    expect(first.log.at(-1)).not.toContain("opened");
    expect(await first.controls.unmute({ asset: "ETH" }, "discord:1")).toBe(false);
    expect(await first.controls.unmute({ asset: null }, "discord:8151")).toBe(true);
    expect(await first.controls.unmute({ asset: null }, "discord:8151")).toBe(false);
    expect(first.said.at(-1)).toEqual({ asset: "all", by: "discord:8151", message: "Mute ended" });
    first.decider.take({ type: "clock", nowMs: T0 + 10 * HOUR_MS + 100 });
    expect(first.log.slice(-2)).toEqual([
      `${10 * HOUR_MS} suppressed BTC LOW mute`,
      `${10 * HOUR_MS + 100} opened BTC LOW`,
    ]);
    await first.decider.stop();
    expect((await start()).mutes.list(T0)).toEqual([]);
  });

  test("that cannot be stored do not hold", async () => {
    const { controls, decider, mutes } = await start();
    decider.take({ type: "clock", nowMs: T0 + 11 * HOUR_MS });
    // Another process has taken over meanwhile.
    await database.transaction(beginTerm);
    const mute = controls.mute({ asset: "BTC", untilMs: T0 + 12 * HOUR_MS, by: "http:::1" });
    await expect(mute).rejects.toThrow(/^Another process decides/);
    expect(mutes.list(T0 + 11 * HOUR_MS)).toEqual([]);
  });

  test("are bounded", async () => {
    const { controls, decider, mutes } = await start();
    const nowMs = T0 + 12 * HOUR_MS;
    decider.take({ type: "clock", nowMs });
    for (let index = 0; index < MUTES_MAX; index += 1) {
      mutes.set({ asset: `A${index}`, untilMs: nowMs + 1, by: "test" }, nowMs);
    }
    const mute = (asset: string) => controls.mute({ asset, untilMs: nowMs + 2, by: "http:::1" });
    await expect(mute("BTC")).rejects.toThrow(`Already ${MUTES_MAX} mutes hold`);
    await mute("A1");
    expect(mutes.get({ asset: "A1" }, nowMs)?.untilMs).toBe(nowMs + 2);
  });
});

test("a TEST message is sent where it is said, and named in the log with who asked", async () => {
  const { controls, said } = await start();
  const answer = await controls.testAlert("discord", "http:127.0.0.1");
  expect(answer).toEqual({ target: "discord", ...TEST });
  const outcome = { isDelivered: true, isRearmed: true, resent: 3 };
  expect(said).toEqual([
    { target: "discord", ...outcome, by: "http:127.0.0.1", message: "Target tested" },
  ]);
});
