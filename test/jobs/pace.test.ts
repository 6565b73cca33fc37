import { describe, expect, test } from "vitest";
import { limitsOf, Pace, sharedLimitsOf } from "../../src/jobs/pace.ts";
import type { TelegramTarget } from "../../src/notifiers/notifier.ts";

const TELEGRAM: TelegramTarget = {
  ...{ type: "telegram", name: "t", purpose: "alerts", minSeverity: "LOW", silentBelow: "LOW" },
  ...{ botToken: "7:x", chatId: "55", topicId: null, apiBaseUrl: null, budget: null },
};
const GROUP = { ...TELEGRAM, chatId: "-1001" };

/** When each of `count` requests goes out, asked for as fast as possible, each answered at once. */
function times(pace: Pace, count: number, kind: "message" | "edit" | "figures" = "message") {
  let nowMs = 0;
  return Array.from({ length: count }, () => {
    nowMs = pace.nextMs(nowMs, kind);
    pace.add({ atMs: nowMs, kind });
    return nowMs;
  });
}

describe("pace", () => {
  test("a group takes one a second and twenty a minute, a chat one a second for long", () => {
    const group = times(new Pace(limitsOf(GROUP)), 22);
    expect(group.slice(0, 3)).toEqual([0, 1_000, 2_000]);
    expect(group.slice(19)).toEqual([19_000, 60_000, 61_000]);
    expect(times(new Pace(limitsOf(TELEGRAM)), 40).at(-1)).toBe(39_000);
  });

  test("never more than the limit in any stretch of its length, at random moments", () => {
    const pace = new Pace([{ max: 5, editsMax: 2, figuresMax: 1, perMs: 2_000 }]);
    const sent: number[] = [];
    let nowMs = 0;
    for (let step = 0; step < 2_000; step += 1) {
      nowMs += (step * 7_919) % 613;
      if (pace.nextMs(nowMs, "message") > nowMs) continue;
      pace.add({ atMs: nowMs, kind: "message" });
      sent.push(nowMs);
    }
    const most = Math.max(
      ...sent.map((from) => sent.filter((one) => one >= from && one < from + 2_000).length),
    );
    expect(most).toBe(5);
  });

  test("edits take half of the rate, mere figures half of that", () => {
    expect(times(new Pace(limitsOf(GROUP)), 11, "edit").slice(9)).toEqual([9_000, 60_000]);
    expect(times(new Pace(limitsOf(GROUP)), 6, "figures").slice(4)).toEqual([4_000, 60_000]);
    const pace = new Pace(limitsOf(GROUP));
    times(pace, 5, "figures");
    expect(pace.nextMs(5_000, "figures")).toBe(60_000);
    expect(pace.nextMs(5_000, "edit")).toBe(5_000);
    times(pace, 5, "edit");
    expect(pace.nextMs(20_000, "edit")).toBe(60_000);
    expect(pace.nextMs(20_000, "message")).toBe(20_000);
  });

  test("what the service forbids for a while is not asked for", () => {
    const pace = new Pace([]);
    pace.block(7_000);
    pace.block(3_000);
    expect(pace.nextMs(1_000, "message")).toBe(7_000);
  });

  test("says when the last of many could go out, without sending any", () => {
    const pace = new Pace(limitsOf(GROUP));
    expect(pace.lastOfMs(0, 4)).toBe(3_000);
    expect(pace.lastOfMs(0, 21)).toBe(60_000);
    expect(pace.nextMs(0, "message")).toBe(0);
  });

  test("chats of one bot share what the bot may send; webhooks share only global waits", () => {
    expect(sharedLimitsOf(TELEGRAM)?.key).toBe(sharedLimitsOf(GROUP)?.key);
    expect(sharedLimitsOf({ ...GROUP, botToken: "8:y" })?.key).not.toBe(sharedLimitsOf(GROUP)?.key);
    const { type, ...rest } = { ...TELEGRAM, type: "console" as const };
    expect(sharedLimitsOf({ ...rest, type })).toBe(null);
    expect(limitsOf({ ...rest, type })).toEqual([]);
  });
});
