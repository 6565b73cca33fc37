import { expect, test } from "vitest";
import type { UsualMoney } from "../../src/alert.ts";
import { MEASURE_MS, startMeasuring } from "../../src/live/measured-shares.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { WATCH_MS_MAX } from "../../src/severity/watch-times.ts";
import { SteppedRuntime } from "../feeds/stepped-runtime.ts";

test("shares are measured at the start and every hour; a store that is away changes nothing", async () => {
  const runtime = new SteppedRuntime();
  const startMs = runtime.nowMs();
  const money: readonly UsualMoney[] = [{ asset: null, venue: "okx", cents: 5, orders: 1 }];
  const asked: number[] = [];
  const measured: number[] = [];
  const stop = startMeasuring({
    ...{ runtime, log: SILENT_LOG },
    store: {
      async usualMoney(sinceMs) {
        asked.push(sinceMs + WATCH_MS_MAX - startMs);
        if (asked.length === 2) throw new Error("away");
        return money;
      },
    },
    book: { measure: (_money, nowMs) => measured.push(nowMs - startMs) },
  });
  await runtime.settle(() => measured.length === 1);
  await runtime.pass(MEASURE_MS);
  await runtime.pass(MEASURE_MS);
  expect(asked).toEqual([0, MEASURE_MS, 2 * MEASURE_MS]);
  expect(measured).toEqual([0, 2 * MEASURE_MS]);
  stop();
  await runtime.pass(MEASURE_MS);
  expect(asked).toHaveLength(3);
});
