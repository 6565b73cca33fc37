import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { IncidentList } from "../../src/live/incident-list.ts";
import { Engine } from "../../src/severity/engine.ts";
import { rowOf, ruleOf, T0 } from "../severity/samples.ts";

/** An engine and the list that reads along. */
function scene() {
  const engine = new Engine({ rules: [ruleOf()] });
  const list = new IncidentList(engine);
  const said: Decision[] = [];
  const step = (input: Parameters<Engine["step"]>[0]) => {
    for (const decision of engine.step(input).decisions) {
      said.push(decision);
      list.note(decision);
    }
  };
  const row = (atMs: number, usd: number, asset = "BTC") => {
    const receivedAtMs = T0 + atMs;
    const over = { receivedAtMs, asset, notionalCents: usd * 100, dedupeKey: `${asset} ${atMs}` };
    step({ type: "rows", receivedAtMs, rows: [rowOf(over)] });
  };
  return {
    engine,
    list,
    said,
    row,
    clock: (atMs: number) => step({ type: "clock", nowMs: T0 + atMs }),
  };
}

describe("the list of incidents", () => {
  test("shows open ones first, with what their windows hold now", () => {
    const { list, row, clock } = scene();
    row(0, 150, "ETH");
    clock(80_000);
    row(81_000, 150);
    row(82_000, 20);
    expect(list.list(9)).toMatchObject([
      { scopeKey: "BTC", calmedAtMs: null, value: 170, longCents: 17_000, number: null },
      { scopeKey: "ETH", calmedAtMs: T0 + 69_900, severity: "LOW" },
    ]);
    expect(list.list(1)).toHaveLength(1);
  });

  test("names an incident once the store has numbered it", () => {
    const { list, said, row } = scene();
    row(0, 150);
    list.onNumbers({ [said[0]?.incidentId ?? ""]: 20_417, unknown: 3 });
    expect(list.list(1)[0]?.number).toBe("A-20417");
  });

  test("is bounded: the calmed one known longest is forgotten first", () => {
    const { list, row, clock } = scene();
    for (let index = 0; index < 101; index += 1) row(index, 150, `A${index}`);
    expect(list.list(200)).toHaveLength(101);
    clock(80_000);
    row(81_000, 150, "NEW");
    const keys = list.list(200).map(({ scopeKey }) => scopeKey);
    expect(keys).toHaveLength(100);
    expect(keys[0]).toBe("NEW");
    expect(keys).not.toContain("A0");
  });

  test("comes back after a restart, without those that nobody goes on with", () => {
    const { engine, said, row, clock } = scene();
    row(0, 150, "ETH");
    clock(80_000);
    row(81_000, 150);
    const gone = {
      ...said[0],
      incidentId: "gone",
      decision: "opened",
      scopeKey: "OLD",
    } as Decision;
    const logged = [...said, gone].toReversed();
    const list = new IncidentList(engine);
    list.restore(
      logged.map((decision, at) => ({ decision, incidentNumber: at === 0 ? null : at })),
    );
    expect(list.list(9).map(({ scopeKey, number }) => [scopeKey, number])).toEqual([
      ["BTC", "A-1"],
      ["ETH", "A-2"],
    ]);
  });
});
