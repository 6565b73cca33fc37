import { expect, test } from "vitest";
import { SideCheck } from "../../src/severity/side-check.ts";
import { readVerdicts } from "../../src/severity/verdicts.ts";
import { rowOf, T0 } from "./samples.ts";

function inDoubt(): SideCheck {
  const check = new SideCheck();
  for (let ms = 0; ms <= 60_000; ms += 5_000) check.takePrices(T0 + ms, { BTC: 100_000 - ms });
  for (let index = 0; index < 20; index += 1) {
    check.judge(rowOf({ positionSide: "short", receivedAtMs: T0 + 60_000 }), T0 + 60_000);
  }
  return check;
}

test("a verdict is news once, and comes back as it was", () => {
  const check = inDoubt();
  const stored: unknown = JSON.parse(JSON.stringify(check.takeVerdicts()));
  expect(check.takeVerdicts()).toBe(null);
  const after = new SideCheck();
  after.restore({ prices: [], venues: readVerdicts(stored) });
  expect(after.suspects()).toEqual(check.suspects());
  expect(after.wasSuspect("binance", T0 + 60_001)).toBe(true);
  expect(after.takeVerdicts()).toBe(null);
});

test("without a verdict there is nothing to store", () => {
  expect(new SideCheck().takeVerdicts()).toBe(null);
});

test("what another version wrote is left out, venue by venue", () => {
  const whole = ["okx", [{ positionSide: "long", isRight: true }], [{ fromMs: 1, untilMs: null }]];
  const strange = [
    ...[null, 7, [], ["mars", [], []], ["okx", [], {}], ["okx", [{ positionSide: "up" }], []]],
    ["okx", [], [{ fromMs: "1", untilMs: null }]],
  ];
  for (const stored of [undefined, null, "x", {}, strange])
    expect(readVerdicts(stored)).toEqual([]);
  expect(readVerdicts([...strange, whole])).toEqual([whole]);
});
