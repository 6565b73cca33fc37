import { expect, test } from "vitest";
import { SideCheck } from "../../src/severity/side-check.ts";
import { readVerdicts } from "../../src/severity/verdicts.ts";
import { rowOf, T0 } from "./samples.ts";

function inDoubt(): SideCheck {
  const check = new SideCheck();
  for (let ms = 0; ms <= 150_000; ms += 5_000) {
    const atMs = T0 + ms;
    check.takePrices(atMs, { BTC: 100_000 - ms / 10 });
    check.judge(rowOf({ positionSide: "short", receivedAtMs: atMs }), atMs);
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
  expect(after.wasSuspect("binance", T0 + 150_000)).toBe(true);
  expect(after.takeVerdicts()).toBe(null);
});

test("without a verdict there is nothing to store", () => {
  expect(new SideCheck().takeVerdicts()).toBe(null);
});

test("what another version wrote is left out, venue by venue", () => {
  const seen = { stepMs: 5_000, longRows: 1, longRightRows: 1, shortRows: 0, shortRightRows: 0 };
  const whole = ["okx", [seen], [{ fromMs: 1, untilMs: null }]];
  const strange = [
    ...[null, 7, [], ["mars", [], []], ["okx", [], {}], ["okx", [{ ...seen, stepMs: null }], []]],
    ["okx", [], [{ fromMs: "1", untilMs: null }]],
  ];
  for (const stored of [undefined, null, "x", {}, strange])
    expect(readVerdicts(stored)).toEqual([]);
  expect(readVerdicts([...strange, whole])).toEqual([whole]);
});

test("a verdict on single rows, of an older version, lasts until twenty moves speak against it", () => {
  const singles = Array.from({ length: 50 }, () => ({ positionSide: "long", isRight: false }));
  const stored = [["binance", singles, [{ fromMs: T0 - 1, untilMs: null }]]];
  expect(readVerdicts(stored)).toEqual([["binance", [], [{ fromMs: T0 - 1, untilMs: null }]]]);
  const check = new SideCheck();
  check.restore({ prices: [], venues: readVerdicts(stored) });
  const suspectMs: number[] = [];
  for (let ms = 0; ms <= 150_000; ms += 5_000) {
    check.takePrices(T0 + ms, { BTC: 100_000 - ms / 10 });
    check.judge(rowOf({ positionSide: "long", receivedAtMs: T0 + ms }), T0 + ms);
    if (check.isSuspect("binance")) suspectMs.push(ms);
  }
  expect(suspectMs.at(-1)).toBe(125_000);
});
