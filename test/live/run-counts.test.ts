import { expect, test } from "vitest";
import { RunCounts } from "../../src/live/run-counts.ts";
import { decision } from "../render/samples.ts";

const EVENT = {
  ...{ deliveryId: "d", alertIds: [], atMs: 1, latencyMs: 1, reason: null },
  type: "delivery",
} as const;

test("decisions are counted by kind, messages by what became of them", () => {
  const counts = new RunCounts();
  counts.decided([decision({}), decision({ decision: "suppressed" }), decision({})]);
  expect(counts.alerts).toEqual({
    ...{ opened: 2, escalated: 0, reopened: 0, resolved: 0, suppressed: 1 },
  });
  counts.waits({ type: "waiting", target: "discord", messages: 3 });
  counts.waits({ type: "waiting", target: "telegram", messages: 2 });
  counts.waits({ type: "waiting", target: "discord", messages: 0 });
  counts.delivered({ ...EVENT, target: "discord", outcome: "retry" });
  counts.delivered({ ...EVENT, target: "discord", outcome: "delivered" });
  counts.delivered({ ...EVENT, target: "telegram", outcome: "parked" });
  for (let more = 0; more < 3; more += 1) {
    counts.delivered({ ...EVENT, target: "telegram", outcome: "delivered" });
  }
  expect(counts.deliveries()).toEqual({
    ...{ delivered: 4, edited: 0, retried: 1, parked: 1, pending: 2 },
    byNotifier: { discord: 1, telegram: 3 },
  });
});
