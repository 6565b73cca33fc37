/** Alerts that wait: the reasons in their order, and what the engine does when they end. */
import { describe, expect, it } from "vitest";
import type { HoldSettings } from "../../src/mute.ts";
import { Engine } from "../../src/severity/engine.ts";
import { Holds, NO_HOLDS } from "../../src/severity/holds.ts";
import { MuteBook } from "../../src/severity/mutes.ts";
import { rowOf, ruleOf } from "./samples.ts";

/** 21:00 UTC: quiet hours from 22:00 in Berlin have just begun. */
const EVENING_MS = Date.parse("2026-11-20T21:00:00Z");
const MORNING_MS = Date.parse("2026-11-21T06:00:00Z");
const quietHours = {
  ...{
    fromMinute: 1_320,
    toMinute: 420,
    zone: "Europe/Berlin",
    breaksThrough: "CRITICAL" as const,
  },
};
const HOUR_MS = 3_600_000;

function scene(settings: Partial<HoldSettings>) {
  const book = new MuteBook();
  const holds = new Holds(book, { ...NO_HOLDS, ...settings });
  const rules = [ruleOf({ windowMs: 14_400_000, resolve: { forMs: 60_000 } })];
  const engine = new Engine({ rules, ...holds.options });
  const lines = (input: Parameters<Engine["step"]>[0]) =>
    engine.step(input).decisions.map(({ atMs, decision, severity, suppression }) => {
      const held = suppression === null ? "" : ` ${suppression.reason} x${suppression.count}`;
      return `${new Date(atMs).toISOString().slice(11, 16)} ${decision} ${severity}${held}`;
    });
  let rows = 0;
  const row = (atMs: number, usd: number, asset = "BTC") => {
    rows += 1;
    const dedupeKey = `row ${rows}`;
    const liquidation = rowOf({ receivedAtMs: atMs, asset, notionalCents: usd * 100, dedupeKey });
    return lines({ type: "rows", receivedAtMs: atMs, rows: [liquidation] });
  };
  const clock = (nowMs: number) => lines({ type: "clock", nowMs });
  return { book, holds, engine, row, clock };
}

describe("quiet hours", () => {
  it("keep an alert until the morning, and let the severity that breaks through", () => {
    const { row, clock } = scene({ quietHours });
    expect(row(EVENING_MS, 150)).toEqual([]);
    expect(row(EVENING_MS + HOUR_MS, 900)).toEqual([
      "21:00 suppressed LOW quiet-hours x1",
      "22:00 opened CRITICAL",
    ]);
    expect(row(MORNING_MS - 2 * HOUR_MS, 150, "ETH")).toEqual(["02:00 resolved CRITICAL"]);
    // The row is in its 4 h window still when the hours end: nothing but the clock is needed.
    const atDawn = clock(MORNING_MS);
    expect(atDawn).toContain("04:00 suppressed LOW quiet-hours x1");
    expect(atDawn).toContain("06:00 opened LOW");
  });

  it("say nothing in the morning of what calmed at night", () => {
    const { row, clock } = scene({ quietHours });
    row(EVENING_MS, 150);
    const told = clock(MORNING_MS + HOUR_MS);
    expect(told).toEqual(["21:00 suppressed LOW quiet-hours x1"]);
  });
});

describe("the reason of a hold", () => {
  it("is the first of mute, maintenance and quiet hours that applies", () => {
    const maintenance = [{ fromMs: EVENING_MS, toMs: EVENING_MS + HOUR_MS }];
    const { book, holds } = scene({ quietHours, maintenance });
    const at = (nowMs: number, severity: "LOW" | "CRITICAL" = "LOW") => {
      const scope = { rule: ruleOf(), key: "BTC", asset: "BTC", venue: null, severity, nowMs };
      return [holds.options.hold(scope), holds.options.heldUntilMs(scope)];
    };
    expect(at(EVENING_MS - 1)).toEqual([null, Infinity]);
    expect(at(EVENING_MS)).toEqual(["maintenance", EVENING_MS + HOUR_MS]);
    expect(at(EVENING_MS, "CRITICAL")).toEqual(["maintenance", EVENING_MS + HOUR_MS]);
    book.set({ asset: "BTC", untilMs: EVENING_MS + 60_000, by: "http:::1" }, EVENING_MS);
    expect(at(EVENING_MS)).toEqual(["mute", EVENING_MS + 60_000]);
    expect(at(EVENING_MS + HOUR_MS)).toEqual(["quiet-hours", MORNING_MS]);
    expect(at(EVENING_MS + HOUR_MS, "CRITICAL")).toEqual([null, Infinity]);
    expect(at(MORNING_MS)).toEqual([null, Infinity]);
  });

  it("of a mute in the file has no end, is listed, and goes with the file", () => {
    const { holds, row, engine, clock } = scene({ mutes: [{ asset: "BTC" }] });
    expect(row(EVENING_MS, 150)).toEqual([]);
    expect(row(EVENING_MS, 150, "ETH")).toEqual(["21:00 opened LOW"]);
    expect(holds.list(EVENING_MS)).toEqual([
      { asset: "BTC", untilMs: Infinity, by: "configuration" },
    ]);
    holds.set(NO_HOLDS);
    engine.wakeIncidents();
    expect(clock(EVENING_MS + 60_000)).toEqual([
      "21:00 suppressed LOW mute x1",
      "21:00 opened LOW",
    ]);
  });
});
