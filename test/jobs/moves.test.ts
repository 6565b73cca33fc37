import { describe, expect, test } from "vitest";
import { nextMove, type Situation } from "../../src/jobs/moves.ts";
import { Pace } from "../../src/jobs/pace.ts";
import type { TargetQueue } from "../../src/store/delivery-store.ts";

const NOTHING: TargetQueue = {
  ...{ waiting: 0, due: 0, counted: 0, critical: 0, summaries: 0 },
  ...{ settlesAtMs: null, editAtMs: null, figuresAtMs: null, retryAtMs: null },
  ...{ shownInHour: 0, shownInDay: 0 },
};
const LIMIT = { max: 1, editsMax: 1, figuresMax: 1, perMs: 1_000 };
const BUDGET = { perHour: 8, perDay: 40 };
const NOW_MS = 100_000;

function move(queue: Partial<TargetQueue>, over: Partial<Omit<Situation, "queue">> = {}) {
  return nextMove({
    queue: { ...NOTHING, ...queue },
    ...{ paces: [new Pace([LIMIT])], budget: BUDGET, digestAtMs: 0, nowMs: NOW_MS, ...over },
  });
}
const due = (count: number, over: Partial<TargetQueue> = {}) => {
  return { waiting: count, due: count, counted: count, ...over };
};
function busy(): Pace {
  const pace = new Pace([LIMIT]);
  pace.add({ atMs: NOW_MS - 400, kind: "message" });
  return pace;
}

describe("the next move", () => {
  test("is to wait when nothing is due, until the next thing is", () => {
    expect(move({})).toEqual({ type: "wait", untilMs: null });
    const later = { settlesAtMs: NOW_MS + 900, editAtMs: NOW_MS + 700, figuresAtMs: NOW_MS + 800 };
    expect(move(later)).toEqual({ type: "wait", untilMs: NOW_MS + 700 });
  });

  test("is no attempt while the service asked us to wait", () => {
    const queue = due(3, { retryAtMs: NOW_MS + 5_000, shownInHour: 8 });
    expect(move(queue)).toEqual({ type: "wait", untilMs: NOW_MS + 5_000 });
  });

  test("is a message before an edit, and an edit when the message must wait for longer", () => {
    expect(move(due(1, { editAtMs: NOW_MS }))).toEqual({ type: "message" });
    expect(move(due(1), { paces: [busy()] })).toEqual({ type: "wait", untilMs: NOW_MS + 600 });
    expect(move({ editAtMs: NOW_MS - 5 })).toEqual({ type: "edit" });
    expect(move({ figuresAtMs: NOW_MS - 5 })).toEqual({ type: "edit" });
  });

  test("makes a digest of what would wait for longer than five seconds, CRITICAL first", () => {
    expect(move(due(6))).toEqual({ type: "message" });
    expect(move(due(7))).toEqual({ type: "merge", into: "digest" });
    expect(move(due(7, { critical: 3 }))).toEqual({ type: "message" });
    expect(move(due(7, { critical: 4 }))).toEqual({ type: "merge", into: "digest" });
    expect(move(due(7), { paces: [busy()] })).toMatchObject({ type: "wait" });
    const soon = { digestAtMs: NOW_MS - 19_000 };
    expect(move(due(7), soon)).toEqual({ type: "wait", untilMs: NOW_MS + 1_000 });
    expect(move(due(7, { critical: 1 }), soon)).toEqual({ type: "message" });
    expect(move(due(500), { paces: [] })).toEqual({ type: "message" });
  });

  test("beyond the budget everything goes into one message, whatever the pace", () => {
    const used = { shownInHour: 8, shownInDay: 9 };
    const overflow = { type: "merge", into: "overflow" };
    expect(move(due(1, used), { paces: [busy()] })).toEqual(overflow);
    expect(move(due(1, { shownInHour: 1, shownInDay: 40 }))).toEqual(overflow);
    expect(move(due(1, used), { budget: null })).toEqual({ type: "message" });
    expect(move({ ...due(1, used), counted: 0 })).toEqual({ type: "message" });
  });

  test("summaries take at most half of the budget", () => {
    const summaries = due(2, { summaries: 2, shownInHour: 4, shownInDay: 4 });
    expect(move(summaries)).toEqual({ type: "merge", into: "overflow" });
    expect(move({ ...summaries, shownInHour: 3 })).toEqual({ type: "message" });
    expect(move({ ...summaries, counted: 3, due: 3 })).toEqual({ type: "message" });
  });
});
