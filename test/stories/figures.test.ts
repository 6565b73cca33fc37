/** Present figures come from the engine, and asking for them changes nothing in it. */
import { expect, test } from "vitest";
import { Engine } from "../../src/severity/engine.ts";
import { saveEngine } from "../../src/severity/engine-state.ts";
import { rowOf, ruleOf, T0 } from "../severity/samples.ts";

function engineWith(usd: readonly number[]): Engine {
  const engine = new Engine({ rules: [ruleOf()] });
  for (const [index, one] of usd.entries()) {
    const receivedAtMs = T0 + index * 1_000;
    const row = rowOf({ receivedAtMs, dedupeKey: `k${index}`, notionalCents: one * 100 });
    engine.step({ type: "rows", receivedAtMs, rows: [row] });
  }
  return engine;
}

test("an incident shows its window and everything since it began", () => {
  const engine = engineWith([100, 250]);
  const [scope] = engine.takeDirty();
  const incidentId = scope?.machine.incident?.id ?? "";
  engine.step({ type: "clock", nowMs: T0 + 60_500 });
  const figures = engine.present("minute", "BTC", incidentId);
  expect(figures?.present).toEqual({
    ...{ atMs: T0 + 60_500, value: 250, longCents: 25_000, shortCents: 0, orders: 1 },
    ...{ sinceStart: { longCents: 35_000, shortCents: 0, orders: 2 }, isOverLow: true },
  });
  expect(figures?.asDecision()).toMatchObject({
    ...{ decision: "opened", severity: "MEDIUM", value: 250, atMs: T0 + 60_500, incidentId },
    window: { longCents: 25_000 },
  });
  engine.step({ type: "clock", nowMs: T0 + 61_500 });
  expect(engine.present("minute", "BTC", incidentId)?.present).toMatchObject({
    ...{ value: 0, isOverLow: false, sinceStart: { longCents: 35_000 } },
  });
});

test("what does not run has none, and asking leaves the engine as it was", () => {
  const engine = engineWith([100]);
  const before = JSON.stringify(saveEngine(engine));
  expect(engine.present("minute", "BTC", "another")).toBe(null);
  expect(engine.present("gone", "BTC", "another")).toBe(null);
  const [scope] = engine.series.scopes();
  engine.present("minute", "BTC", scope?.machine.incident?.id ?? "")?.asDecision();
  expect(JSON.stringify(saveEngine(engine))).toBe(before);
});
