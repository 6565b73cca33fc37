import { describe, expect, test } from "vitest";
import type { HoldReason } from "../../src/alert.ts";
import { heldBackBy } from "../../src/live/held-list.ts";
import { Engine } from "../../src/severity/engine.ts";
import { rowOf, ruleOf, T0 } from "../severity/samples.ts";

/** An engine whose ETH and ADA are muted while `held` says so. */
function scene() {
  const held = { reason: "mute" as HoldReason | null };
  const hold = ({ asset }: { asset: string | null }) =>
    asset === "ETH" || asset === "ADA" ? held.reason : null;
  const engine = new Engine({ rules: [ruleOf({ cooldownMs: 60_000 })], hold });
  const row = (atMs: number, usd: number, asset: string) => {
    const receivedAtMs = T0 + atMs;
    const over = { receivedAtMs, asset, notionalCents: usd * 100, dedupeKey: `${asset} ${atMs}` };
    return engine.step({ type: "rows", receivedAtMs, rows: [rowOf(over)] }).decisions;
  };
  return { engine, held, row };
}

describe("what is held back now", () => {
  test("is nothing while nothing is", () => {
    const { engine, row } = scene();
    expect(row(0, 150, "BTC")).toMatchObject([{ decision: "opened" }]);
    expect(heldBackBy(engine, 10)).toEqual([]);
  });

  test("counts what would have been told, keeps the first value, and ends with its cause", () => {
    const { engine, held, row } = scene();
    row(0, 150, "ETH");
    row(1_000, 900, "ETH");
    row(2_000, 120, "SOL");
    const [stretch, ...others] = heldBackBy(engine, 10);
    expect(others).toEqual([]);
    expect(stretch).toMatchObject({
      ...{ scopeKey: "ETH", reason: "mute", value: 150, count: 2, sinceMs: T0 },
      ...{ metric: "notionalUsd", severity: "CRITICAL" },
    });
    held.reason = null;
    engine.wakeIncidents();
    const { decisions } = engine.step({ type: "clock", nowMs: T0 + 3_000 });
    expect(decisions).toMatchObject([{ decision: "suppressed" }, { decision: "opened" }]);
    expect(heldBackBy(engine, 10)).toEqual([]);
  });

  test("stands newest first, at most so many", () => {
    const { engine, row } = scene();
    row(0, 150, "ETH");
    row(1_000, 150, "SOL");
    row(2_000, 150, "ADA");
    const keys = (limit: number) => heldBackBy(engine, limit).map(({ scopeKey }) => scopeKey);
    expect(keys(10)).toEqual(["ADA", "ETH"]);
    expect(keys(1)).toEqual(["ADA"]);
  });
});
