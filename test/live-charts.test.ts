import { describe, expect, test } from "vitest";
import type { ChartQuery } from "../src/chart.ts";
import { LiveCharts } from "../src/live-charts.ts";
import { TINY_PNG } from "./pictures/sample-charts.ts";
import { SAMPLES } from "./render/chart-samples.ts";

const HOUR: ChartQuery = { windowMs: 3_600_000, asset: "BTC" };

function scene() {
  const asked: ChartQuery[] = [];
  const painted: string[] = [];
  const state = { nowMs: 0, canPaint: true, canRead: true };
  const charts = new LiveCharts({
    ...{ label: "SIMULATION", titleOf: (venue) => venue },
    runtime: { monotonicMs: () => state.nowMs },
    async figures(query) {
      asked.push(query);
      if (!state.canRead) throw new Error("store is away");
      return { ...SAMPLES.crash, query };
    },
    async paint(svg) {
      painted.push(svg);
      return state.canPaint ? TINY_PNG : null;
    },
  });
  return { asked, painted, state, charts };
}

describe("charts", () => {
  test("are drawn with their label, and the same one is painted once in five seconds", async () => {
    const { painted, state, charts } = scene();
    const [one, other] = await Promise.all([charts.draw(HOUR), charts.draw({ ...HOUR })]);
    expect(one.picture).toMatchObject({ name: "btc-1h.png", bytes: TINY_PNG });
    expect(one.picture?.alt).toMatch(/^SIMULATION: BTC liquidations, last 1 h: at least \$25\.8M/);
    expect(other).toBe(one);
    state.nowMs = 4_999;
    expect(await charts.draw(HOUR)).toBe(one);
    expect(painted).toHaveLength(1);
    expect(painted[0]).toContain("SIMULATION · BTC liquidations");
    state.nowMs = 5_000;
    expect(await charts.draw(HOUR)).not.toBe(one);
    await charts.draw({ windowMs: HOUR.windowMs });
    await charts.draw({ ...HOUR, windowMs: 900_000 });
    expect(painted).toHaveLength(4);
  });

  test("that could not be painted or read are tried again by the next one who asks", async () => {
    const { state, charts } = scene();
    state.canPaint = false;
    expect((await charts.draw(HOUR)).picture).toBe(null);
    state.canRead = false;
    await expect(charts.draw(HOUR)).rejects.toThrow("store is away");
    Object.assign(state, { canPaint: true, canRead: true });
    expect((await charts.draw(HOUR)).picture).not.toBe(null);
  });

  test("are kept for forty questions at most", async () => {
    const { asked, charts } = scene();
    for (let at = 0; at <= 40; at += 1) await charts.draw({ ...HOUR, asset: `A${at}` });
    await charts.draw({ ...HOUR, asset: "A40" });
    expect(asked).toHaveLength(41);
    await charts.draw({ ...HOUR, asset: "A0" });
    expect(asked).toHaveLength(42);
  });
});
