import { afterEach, describe, expect, test, vi } from "vitest";
import { DEMO_VENUES } from "../../src/demo/listings.ts";
import { decimalText, openStage, type Stage } from "../../src/demo/stage.ts";
import type { ScenarioEvent } from "../../src/demo/timeline.ts";
import { createFeed } from "../../src/feeds/feed.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import { createIntake } from "../../src/feeds/intake.ts";
import { okx } from "../../src/feeds/venues/okx.ts";
import type { Liquidation } from "../../src/liquidation.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";

const DEADLINE = { timeout: 8_000, interval: 20 };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** No chance in back-off: the feed tries again at once. */
const runtime = { ...nodeRuntime, random: () => 0 };

async function stage(): Promise<Stage> {
  const opened = await openStage(runtime, DEMO_VENUES);
  closing.push(() => opened.stop());
  return opened;
}

/** A real feed on the simulated OKX; what it hears, in order of arrival. */
function listenToOkx({ addresses }: Stage) {
  const rows: Liquidation[] = [];
  const instruments = new Instruments();
  instruments.add("okx", [
    {
      ...{ symbol: "SOL-USDT-SWAP", market: "SOL/USDT:USDT", asset: "SOL", multiplier: 1 },
      ...{ quote: "USDT", isInverse: false, contractSize: "1" },
    },
  ]);
  const feed = createFeed(okx, {
    settings: { wsUrl: addresses.okx?.wsUrl ?? null, restUrl: null, connections: 1 },
    instruments,
    startIntake: () => createIntake(okx, { instruments, usdCoins: ["USDT"] }),
    runtime,
    log: SILENT_LOG,
    sink: { frame: (frame) => rows.push(...frame.liquidations), connection: () => undefined },
  });
  const end = new AbortController();
  const running = feed.run(end.signal);
  closing.push(async () => {
    end.abort();
    await running;
  });
  return { rows, feed };
}

const event = (notionalUsd: number): ScenarioEvent => ({
  ...{ offsetMs: 0, venue: "okx", symbol: "SOL-USDT-SWAP", asset: "SOL" },
  ...{ positionSide: "long", price: 200, notionalUsd },
});

describe("the demo's stage", () => {
  test("publishes money, side and time so that a feed reads the same", async () => {
    const opened = await stage();
    const { rows, feed } = listenToOkx(opened);
    await vi.waitFor(() => expect(feed.status().state).toBe("subscribed"), DEADLINE);
    const atMs = nodeRuntime.nowMs();
    opened.publish(event(50_000), atMs);
    await vi.waitFor(() => expect(rows).toHaveLength(1), DEADLINE);
    expect(rows[0]).toMatchObject({
      ...{ venue: "okx", asset: "SOL", positionSide: "long", price: 200, size: 250 },
      ...{ notionalCents: 50_000_00, occurredAtMs: atMs, history: false },
    });
  });

  test("a venue that was cut off sends what was missed again, marked as history", async () => {
    const opened = await stage();
    const { rows, feed } = listenToOkx(opened);
    await vi.waitFor(() => expect(feed.status().state).toBe("subscribed"), DEADLINE);
    opened.publish(event(10_000), nodeRuntime.nowMs());
    await vi.waitFor(() => expect(rows).toHaveLength(1), DEADLINE);
    opened.drop({ offsetMs: 0, venue: "okx", refusals: 1 });
    opened.publish(event(20_000), nodeRuntime.nowMs());
    const moneyOf = (row: Liquidation) => row.notionalCents;
    await vi.waitFor(() => {
      const distinct = new Map(rows.map((row) => [row.dedupeKey, moneyOf(row)]));
      expect([...distinct.values()]).toEqual([10_000_00, 20_000_00]);
    }, DEADLINE);
    // Each connection that comes up in between is sent the same again.
    const history = () => new Set(rows.filter((row) => row.history).map(moneyOf));
    await vi.waitFor(() => expect(history()).toEqual(new Set([10_000_00, 20_000_00])), DEADLINE);
    const times = (cents: number) => rows.filter((row) => moneyOf(row) === cents).length;
    expect(times(10_000_00)).toBeGreaterThan(1);
  });
});

test.each([
  [121_400, "121400"],
  [0.00000931, "0.00000931000"],
  [220.123456, "220.123"],
  [0.5, "0.500000"],
])("%s is sent as %s", (value, text) => {
  expect(decimalText(value)).toBe(text);
});
