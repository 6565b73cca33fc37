import { expect, test } from "vitest";
import { type Retention, startRetention } from "../../src/jobs/retention.ts";
import { SILENT_LOG } from "../../src/log.ts";
import type { Cleared, ClearRequest, StoreEvent } from "../../src/store/store.ts";
import { SteppedRuntime } from "../feeds/stepped-runtime.ts";
import { until } from "../real/run-folder.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CLEARED: Cleared = {
  liquidations: 3,
  deliveries: 2,
  attempts: 4,
  stories: 0,
  gaps: 1,
  hours: 0,
};
const KEPT = { eventsMs: 90 * 24 * HOUR_MS, rollupsMs: 365 * 24 * HOUR_MS };

/** A store that remembers what it was asked; `fail` breaks the next clearing. */
function scene(lastSlot: string | null = null) {
  const runtime = new SteppedRuntime();
  const requests: ClearRequest[] = [];
  const events: StoreEvent[] = [];
  const lines: string[] = [];
  const state = { slot: lastSlot, fail: false, looks: 0, signal: null as AbortSignal | null };
  const retention: Retention = startRetention({
    ...{ runtime, settings: KEPT, onEvent: (event) => events.push(event) },
    log: { ...SILENT_LOG, warn: (_fields, message) => lines.push(message) },
    store: {
      async lastSlot() {
        state.looks += 1;
        return state.slot;
      },
      async clear(request, signal) {
        state.signal = signal;
        if (state.fail) throw new Error("disk is full");
        requests.push(request);
        state.slot = request.slot;
        return CLEARED;
      },
    },
  });
  const untilLooked = async (looks: number) => {
    await until(() => state.looks === looks, `look ${looks}`);
    // What the look found is dealt with in microtasks.
    await new Promise(setImmediate);
  };
  return { runtime, requests, events, lines, state, retention, untilLooked };
}

test("a start that is overdue clears after a minute, and tells what went", async () => {
  const { runtime, requests, events, retention, untilLooked } = scene("2026-11-18");
  runtime.jump(MINUTE_MS - 1);
  expect(requests).toEqual([]);
  runtime.jump(1);
  await untilLooked(1);
  await until(() => events.length === 1, "it is told");
  const nowMs = runtime.nowMs();
  expect(requests).toEqual([{ slot: "2026-11-20", nowMs, ...KEPT }]);
  expect(events).toEqual([{ type: "cleared", cleared: CLEARED, atMs: nowMs }]);
  await retention.close();
});

test("a day is done once, whoever did it, and the next one within its first hour", async () => {
  const { runtime, requests, retention, untilLooked } = scene("2026-11-20");
  runtime.jump(MINUTE_MS);
  await untilLooked(1);
  for (let hour = 1; hour <= 11; hour += 1) {
    runtime.jump(HOUR_MS);
    await untilLooked(hour + 1);
  }
  expect(requests).toEqual([]);
  runtime.jump(HOUR_MS);
  await until(() => requests.length === 1, "the next day is cleared");
  expect(requests[0]?.slot).toBe("2026-11-21");
  await retention.close();
});

test("a clearing that failed is tried again an hour later", async () => {
  const { runtime, requests, lines, state, retention } = scene();
  state.fail = true;
  runtime.jump(MINUTE_MS);
  await until(() => lines.length === 1, "the failure is told");
  expect(lines).toEqual(["clearing of old rows failed"]);
  state.fail = false;
  runtime.jump(HOUR_MS);
  await until(() => requests.length === 1, "it is tried again");
  await retention.close();
});

test("closing ends what runs and looks no more", async () => {
  const { runtime, requests, state, retention } = scene();
  runtime.jump(MINUTE_MS);
  await until(() => requests.length === 1, "it runs");
  await retention.close();
  expect(state.signal?.aborted).toBe(true);
  expect(runtime.timerCount).toBe(0);
});
