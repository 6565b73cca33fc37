import { describe, expect, it } from "vitest";
import type { CommitBatch } from "../src/alert.ts";
import { Decider } from "../src/decide.ts";
import { SILENT_LOG } from "../src/log.ts";
import { NO_METRICS } from "../src/metrics.ts";
import { Engine } from "../src/severity/engine.ts";
import type { CommitResult, Store } from "../src/store/store.ts";
import { SteppedRuntime } from "./feeds/stepped-runtime.ts";
import { rowOf, ruleOf } from "./severity/samples.ts";
import { untoldStories } from "./stories/samples.ts";

const RESULT: CommitResult = { acceptedKeys: [], incidentNumbers: {} };

/** A store in memory that fails, or does not answer at all, for as long as it is told to. */
class WeakStore implements Store {
  readonly taken: CommitBatch[] = [];
  health: "well" | "failing" | "silent" = "well";
  tries = 0;

  async warmStart() {
    return { engineNowMs: null, scopes: [], stories: [], openGaps: [] };
  }

  async *liquidationsSince() {}
  async mutes() {
    return [];
  }
  async writeMute() {}
  async deleteMute() {}

  async commit(batch: CommitBatch): Promise<CommitResult> {
    this.tries += 1;
    if (this.health === "silent") return new Promise(() => {});
    if (this.health === "failing") throw new Error("Store is away");
    this.taken.push(batch);
    return RESULT;
  }

  get keys(): readonly string[] {
    return this.taken.flatMap(({ liquidations }) => liquidations.map(({ row }) => row.dedupeKey));
  }
}

function deciderOn(store: Store) {
  const runtime = new SteppedRuntime();
  const decider = new Decider({
    engine: new Engine({ rules: [ruleOf()] }),
    ...{ store, runtime, log: SILENT_LOG },
    stories: untoldStories(),
    takeGaps: () => [],
    onStep() {},
    onCommit() {},
    onCommitFailure() {},
    metrics: NO_METRICS,
  });
  const take = (dedupeKey: string, notionalCents = 10_000) => {
    const receivedAtMs = runtime.nowMs();
    const row = rowOf({ receivedAtMs, dedupeKey, notionalCents });
    decider.take({ type: "rows", receivedAtMs, rows: [row] });
  };
  return { runtime, decider, take };
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("deciding", () => {
  it("stores what waited in pieces, and the decision and the clock with the last of them", async () => {
    const store = new WeakStore();
    const { runtime, decider, take } = deciderOn(store);
    take("first", 1);
    await settle();
    store.health = "failing";
    decider.start();
    for (let row = 0; row < 45_000; row += 1) take(`waits ${row}`, 1);
    take("opens", 30_000);
    await settle();
    store.health = "well";
    for (let tries = 0; tries < 40; tries += 1) {
      runtime.jump(500);
      await settle();
    }
    const late = store.taken.slice(1).filter(({ liquidations }) => liquidations.length > 0);
    expect(Math.max(...late.map(({ liquidations }) => liquidations.length))).toBe(20_000);
    expect(store.keys.length).toBe(45_002);
    const deciding = store.taken.findIndex(({ decisions }) => decisions.length > 0);
    const keysByThen = store.taken.slice(0, deciding + 1).flatMap((batch) => batch.liquidations);
    expect(keysByThen.length).toBe(45_002);
    await decider.stop();
  });

  it("commits a decision at once and rows without one after a second", async () => {
    const store = new WeakStore();
    const { runtime, decider, take } = deciderOn(store);
    take("opens");
    await settle();
    expect(store.taken.map(({ decisions }) => decisions.length)).toEqual([1]);
    decider.start();
    take("small", 1);
    runtime.jump(900);
    await settle();
    expect(store.keys).toEqual(["opens"]);
    runtime.jump(200);
    await settle();
    expect(store.keys).toEqual(["opens", "small"]);
    await decider.stop();
  });

  it("keeps the order of batches over an outage, and loses none", async () => {
    const store = new WeakStore();
    const { runtime, decider, take } = deciderOn(store);
    store.health = "failing";
    take("a");
    await settle();
    take("b", 100_000);
    store.health = "well";
    runtime.jump(250);
    await settle();
    expect(store.keys).toEqual(["a", "b"]);
    await decider.stop();
    expect(store.taken.flatMap(({ decisions }) => decisions.map((one) => one.decision))).toEqual([
      "opened",
      "escalated",
    ]);
  });
});

describe("a stop", () => {
  it("does not wait for the next try, and stores what waited before what came later", async () => {
    const store = new WeakStore();
    const { decider, take } = deciderOn(store);
    store.health = "failing";
    take("a");
    await settle();
    take("b", 100_000);
    store.health = "well";
    await decider.stop();
    expect(store.keys).toEqual(["a", "b"]);
  });

  it("stores nothing later when an earlier batch could not be stored", async () => {
    const store = new WeakStore();
    const { decider, take } = deciderOn(store);
    store.health = "failing";
    take("a");
    await settle();
    take("b", 100_000);
    await decider.stop();
    expect([store.tries, store.keys]).toEqual([2, []]);
  });

  it("does not wait for a store that never answers", async () => {
    const store = new WeakStore();
    const { runtime, decider, take } = deciderOn(store);
    store.health = "silent";
    take("a");
    const stopped = decider.stop();
    await settle();
    runtime.jump(3_000);
    await stopped;
    expect(store.tries).toBe(1);
  });
});
