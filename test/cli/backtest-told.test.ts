/** What decisions would have told, against figures worked out by hand. */
import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { toldOf } from "../../src/cli/backtest-told.ts";
import type { TargetSettings } from "../../src/notifiers/notifier.ts";
import { decision } from "../render/samples.ts";
import { ruleOf, T0 } from "../severity/samples.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const TARGETS: readonly TargetSettings[] = [
  { name: "all", type: "console", purpose: "alerts", minSeverity: "LOW" },
  { name: "loud", type: "console", purpose: "alerts", minSeverity: "HIGH" },
  { name: "ops", type: "console", purpose: "ops", minSeverity: "LOW" },
].map((target) => ({ ...JSON.parse("{}"), ...target }));

function at(ms: number, over: Partial<Decision> = {}): Decision {
  const incidentId = over.incidentId ?? "one";
  return decision({
    rule: "minute",
    atMs: T0 + ms,
    incidentId,
    alertId: `${incidentId} ${ms}`,
    ...over,
  });
}

function told(decisions: readonly Decision[], toMs = DAY_MS - 1) {
  const settings = { rules: [ruleOf({ name: "minute" })], targets: TARGETS };
  return toldOf(decisions, settings, { fromMs: T0, toMs: T0 + toMs });
}

describe("what a configuration would have told", () => {
  test("is counted by rule and severity; of messages those that are new, edits apart", () => {
    const decisions = [
      at(1_000, { decision: "opened", severity: "LOW", telling: 1 }),
      at(2_000, { decision: "escalated", severity: "HIGH", telling: 2 }),
      at(3_000, { decision: "opened", severity: "LOW", telling: 1, incidentId: "two" }),
      at(9_000, { decision: "resolved", severity: "HIGH", telling: 3 }),
      at(9_500, { decision: "resolved", severity: "LOW", telling: 2, incidentId: "two" }),
    ];
    const { rules, targets } = told(decisions);
    const none = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
    expect(rules).toEqual([
      {
        rule: "minute",
        ...{ opened: { ...none, LOW: 2 }, escalated: { ...none, HIGH: 1 } },
        ...{ reopened: 0, resolved: 2, suppressed: {}, firstAtMs: T0 + 1_000 },
      },
    ]);
    expect(
      targets.map(({ target, messages, firstAfterMs }) => [target, messages, firstAfterMs]),
    ).toEqual([
      // One message, edited, and a summary.
      ["all", 2, 1_000],
      ["loud", 2, 2_000],
    ]);
  });

  test("what was held back is counted by its reason and sent nowhere", () => {
    const suppression = { reason: "cooldown", untilMs: T0 + 5_000, count: 3 } as const;
    const held = [1_000, 2_000].map((ms) => at(ms, { decision: "suppressed", suppression }));
    const { rules, targets } = told(held);
    expect(rules[0]?.suppressed).toEqual({ cooldown: { stretches: 2, count: 6 } });
    expect([rules[0]?.firstAtMs, targets[0]?.messages, targets[0]?.worstHour]).toEqual([
      null,
      0,
      null,
    ]);
  });

  test("the flood figure is the worst 60 min wherever they begin, its start left out of the next", () => {
    const minutes = [0, 50, 60, 100, 109, 110, 119, 300];
    const opened = minutes.map((minute) =>
      at(minute * MINUTE_MS, {
        ...{ decision: "opened", incidentId: String(minute), scopeKey: `K${minute}` },
      }),
    );
    const { targets, hours } = told(opened);
    // 50 and 110 are 60 min apart: not in one hour. 60 to 119 are.
    expect(targets[0]?.worstHour).toEqual({ messages: 5, fromMs: T0 + 60 * MINUTE_MS });
    expect(hours.reduce((sum, { messages }) => sum + (messages.all ?? 0), 0)).toBe(8);
  });

  test("the median day leaves a cut last day out, and is not known under 24 h", () => {
    const days = [0, 0, 0, 1, 1, 2, 3, 3].map((day, index) =>
      at(day * DAY_MS + index * 1_000, {
        ...{ decision: "opened", incidentId: String(index), scopeKey: `K${index}` },
      }),
    );
    expect(told(days, 3 * DAY_MS + 5_000).targets[0]?.medianDay).toBe(2);
    expect(told(days.slice(0, 6), 2 * DAY_MS + 5_000).targets[0]?.medianDay).toBe(2.5);
    expect(told(days.slice(0, 3)).targets[0]?.medianDay).toBeNull();
  });
});
