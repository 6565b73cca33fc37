import { expect, test } from "vitest";
import { messageOf } from "../../src/jobs/rendering.ts";
import type { DeliveryRow } from "../../src/store/delivery-store.ts";
import { notice } from "../ops/seen.ts";
import { AT_MS, decision, NOTES } from "../render/samples.ts";

const OPTIONS = { nowMs: AT_MS, label: null, silentBelow: "HIGH", venueNotes: NOTES } as const;

function row(over: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    ...{ id: "one.discord.1", story: "one", target: "discord", messageNumber: 1, kind: "alert" },
    ...{ alertIds: ["a"], atMs: AT_MS, severity: "HIGH", dueAtMs: 0, isExempt: false },
    ...{ state: "pending", attempts: 1, unmarkedClaims: 1, wantedRevision: 1, shownRevision: 0 },
    ...{ shownAlerts: 0, isContinued: false, remoteId: null, nextAttemptAtMs: null },
    ...{ lastReason: null, notice: null, about: null, parts: [], decisions: [decision()] },
    ...{ incidentNumbers: { "9b1c": 7 }, earlier: 0, replyTo: null, ...over },
  };
}

test("a message has one key until it was seen, and another for what it tells later", () => {
  const keyOf = (over: Partial<DeliveryRow>) => messageOf(row(over), OPTIONS).key;
  expect(keyOf({})).toBe("one.discord.1");
  expect(keyOf({ wantedRevision: 4, alertIds: ["a", "b"] })).toBe("one.discord.1");
  expect(keyOf({ shownRevision: 1, shownAlerts: 1, alertIds: ["a", "b"] })).toBe(
    "one.discord.1.a2",
  );
  // It was seen and deleted: a service that drops repetitions must not drop it.
  expect(keyOf({ shownAlerts: 1, alertIds: ["a", "b"] })).toBe("one.discord.1.a2");
});

test("a message of before there were stories tells its last alert", () => {
  const message = messageOf(row({ replyTo: "1/2" }), OPTIONS);
  expect(message.footer).toBe("#A-7 · opened");
  expect(message.replyTo).toBe("1/2");
});

test("a notice is told by its text, and a row that tells nothing is an error", () => {
  expect(messageOf(row({ kind: "notice", notice: notice() }), OPTIONS).title).toMatch(/^OPS /);
  expect(() => messageOf(row({ kind: "notice" }), OPTIONS)).toThrow("has no notice");
});
