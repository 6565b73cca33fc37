import { expect, test } from "vitest";
import { longestReopening, NewMessages } from "../../src/stories/new-messages.ts";
import { ruleOf } from "../severity/samples.ts";
import { told } from "./samples.ts";

test("counts messages that are new, not edits, and one summary", () => {
  const messages = new NewMessages({
    ...{ route: () => ["discord"], ruleIndex: () => 0, reopenWithinMs: () => 60_000 },
  });
  const script = [
    told(0),
    told(5, { decision: "escalated", severity: "MEDIUM" }),
    told(30, { decision: "escalated", severity: "HIGH" }),
    told(60, { decision: "resolved", severity: "HIGH" }),
    told(70, { decision: "reopened", severity: "HIGH" }),
    told(99, { decision: "resolved", severity: "HIGH" }),
  ];
  const sent = script.map((one) => messages.after(one).map(({ kind }) => kind));
  expect(sent).toEqual([["alert"], [], ["alert"], ["summary"], [], []]);
});

test("the longest reopening of all rules counts, none without rules", () => {
  const rules = [ruleOf(), ruleOf({ resolve: { reopenWithinMs: 7_000 } })];
  expect(longestReopening(rules)).toBe(7_000);
  expect(longestReopening([])).toBe(0);
});
