import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { Engine, REPLAY_LIMITS } from "../../src/severity/engine.ts";
import {
  type EngineState,
  plainMachine,
  restoreEngine,
  restoreMachine,
  saveEngine,
} from "../../src/severity/engine-state.ts";
import { chanceOf } from "../oracle/chance.ts";
import { randomTrial } from "./random-inputs.ts";
import { rowOf, ruleOf, T0 } from "./samples.ts";

const TRIALS = 150;
const HOUR_MS = 3_600_000;
const SIZE = { inputsMax: 70, stepsMs: [0, 100, 3_000, 60_000, 20 * 60_000, 7 * HOUR_MS] };

function throughJson(state: EngineState): EngineState {
  const read: EngineState = JSON.parse(JSON.stringify(state));
  return read;
}

/** Order of keys and numbers of groups depend on how the tables grew: only the rest is compared. */
function comparable(state: EngineState): unknown {
  const unnumbered = (key: string, value: unknown) => (key === "index" ? undefined : value);
  const sorted = (list: readonly unknown[]) =>
    list.map((one) => JSON.stringify(one, unnumbered)).sort();
  return JSON.parse(
    JSON.stringify({
      ...state,
      seen: sorted(state.seen),
      orders: sorted(state.orders),
      scopes: sorted(state.scopes),
      day: sorted(state.day),
      rows: sorted(state.rows),
    }),
  );
}

function run(
  engine: Engine,
  inputs: readonly Parameters<Engine["step"]>[0][],
): readonly Decision[] {
  return inputs.flatMap((input) => engine.step(input).decisions);
}

describe("a saved engine", () => {
  it("goes on as if it had never been away, wherever it is cut", () => {
    let decided = 0;
    for (let seed = 1; seed <= TRIALS; seed += 1) {
      const { rules, inputs } = randomTrial(seed, SIZE);
      const cut = chanceOf(seed).integer(0, inputs.length);
      const options = { rules, venues: ["okx", "bybit"], limits: REPLAY_LIMITS } as const;
      const [uncut, before, after] = [1, 2, 3].map(() => new Engine(options));
      if (uncut === undefined || before === undefined || after === undefined) continue;
      run(uncut, inputs.slice(0, cut));
      run(before, inputs.slice(0, cut));
      restoreEngine(after, throughJson(saveEngine(before)));
      const expected = run(uncut, inputs.slice(cut));
      expect(run(after, inputs.slice(cut)), `seed ${seed} cut ${cut}`).toEqual(expected);
      expect(after.admission.counts).toEqual(uncut.admission.counts);
      expect(after.watch.note()).toEqual(uncut.watch.note());
      expect(after.nowMs).toBe(uncut.nowMs);
      decided += expected.length;
    }
    expect(decided).toBeGreaterThan(300);
  });

  it("saves again what it was restored from, once seconds that have left are gone", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const { rules, inputs } = randomTrial(seed, SIZE);
      const engine = new Engine({ rules, limits: REPLAY_LIMITS });
      run(engine, inputs);
      const states = [throughJson(saveEngine(engine))];
      for (const state of states) {
        const again = new Engine({ rules, limits: REPLAY_LIMITS });
        restoreEngine(again, state);
        if (states.length < 3) states.push(throughJson(saveEngine(again)));
      }
      const [, second, third] = states.map(comparable);
      expect(third, `seed ${seed}`).toEqual(second);
    }
  });

  it("is a state of its own: what happens later does not change it", () => {
    const engine = new Engine({ rules: [ruleOf()] });
    engine.step({ type: "rows", receivedAtMs: T0, rows: [rowOf({ price: 5, size: 1 })] });
    const state = saveEngine(engine);
    const text = JSON.stringify(state);
    const later = rowOf({ notionalCents: 99_900, price: 6, size: 1, receivedAtMs: T0 + 50 });
    engine.step({ type: "rows", receivedAtMs: T0 + 50, rows: [later] });
    engine.step({ type: "clock", nowMs: T0 + 900_000 });
    expect(JSON.stringify(state)).toBe(text);
  });

  it("is nothing before the first input", () => {
    const state = throughJson(saveEngine(new Engine({ rules: [ruleOf()] })));
    expect([state.nowMs, state.rows, state.scopes]).toEqual([null, [], []]);
    const engine = new Engine({ rules: [ruleOf()] });
    restoreEngine(engine, state);
    expect(engine.nowMs).toBeNull();
    const { decisions } = engine.step({ type: "rows", receivedAtMs: T0, rows: [rowOf()] });
    expect(decisions).toHaveLength(1);
  });

  it("leaves out the scopes of rules that are no longer there, and keeps every total", () => {
    const rules = [ruleOf({ name: "gone" }), ruleOf({ name: "stays" })];
    const engine = new Engine({ rules });
    engine.step({ type: "rows", receivedAtMs: T0, rows: [rowOf()] });
    const after = new Engine({ rules: [ruleOf({ name: "stays" })] });
    restoreEngine(after, throughJson(saveEngine(engine)));
    expect([...after.series.scopes()].map(({ compiled }) => compiled.rule.name)).toEqual(["stays"]);
    expect(after.series.day.total({ nowMs: T0, windowMs: 86_400_000 }).rows).toBe(1);
    expect(after.series.market.size).toBe(1);
  });
});

describe("a machine as plain data", () => {
  function openScope() {
    const engine = new Engine({ rules: [ruleOf()], hold: () => "mute" });
    engine.step({ type: "rows", receivedAtMs: T0, rows: [rowOf()] });
    const [scope] = engine.series.scopes();
    if (scope === undefined) throw new RangeError("The row made a scope");
    return { engine, scope };
  }

  it("was quiet until 1970 if it never was", () => {
    expect(plainMachine(openScope().scope.machine).quietUntilMs).toBe(0);
  });

  it("is of its moment: the store may write it when the engine has gone on", () => {
    const { engine, scope } = openScope();
    const plain = plainMachine(scope.machine);
    const text = JSON.stringify(plain);
    const rows = [rowOf({ notionalCents: 50_000, receivedAtMs: T0 + 5 })];
    engine.step({ type: "rows", receivedAtMs: T0 + 5, rows });
    expect(scope.machine.incident?.stretch?.count).toBe(2);
    expect(JSON.stringify(plain)).toBe(text);
  });

  it("is copied when it is put back", () => {
    const { scope } = openScope();
    const plain = plainMachine(scope.machine);
    const other = openScope().scope;
    restoreMachine(other, plain);
    expect(other.machine).toEqual(plain);
    expect(other.machine.incident).not.toBe(plain.incident);
    expect(other.machine.incident?.stretch).not.toBe(plain.incident?.stretch);
  });
});
