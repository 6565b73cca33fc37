/** The fold from decisions to stories and messages, decision by decision. */
import { describe, expect, test } from "vitest";
import type { DeliveryDraft } from "../../src/alert.ts";
import type { StoryBook } from "../../src/stories/book.ts";
import type { RunningFigures, Story } from "../../src/story.ts";
import { decision } from "../render/samples.ts";
import { rowOf } from "../severity/samples.ts";
import { storyBook, T0, told } from "./samples.ts";

/** `discord.1 alert LOW` per draft since the last call. */
function draftsOf(book: StoryBook): readonly string[] {
  return book.changes().deliveries.map(wordOf);
}
const wordOf = (draft: DeliveryDraft): string =>
  `${draft.target}.${draft.messageNumber} ${draft.kind} ${draft.severity}`;

function only(book: StoryBook): Story {
  const [story] = book.stories;
  if (story === undefined || book.stories.length > 1) throw new Error("One story is expected");
  return story;
}

describe("which message tells an alert", () => {
  test("an escalation soon after a message changes it, a later one is a new message", () => {
    const book = storyBook();
    book.on(told(0));
    book.on(told(19, { decision: "escalated", severity: "MEDIUM" }));
    expect(draftsOf(book)).toEqual(["discord.1 alert LOW", "discord.1 alert MEDIUM"]);
    book.on(told(39, { decision: "escalated", severity: "HIGH" }));
    expect(draftsOf(book)).toEqual(["discord.2 alert HIGH"]);
  });

  test("CRITICAL is a new message at once, and the only one that may be the third", () => {
    const book = storyBook();
    for (const [afterS, severity] of [
      [0, "LOW"],
      [25, "MEDIUM"],
      [50, "HIGH"],
    ] as const) {
      book.on(told(afterS, { decision: afterS === 0 ? "opened" : "escalated", severity }));
    }
    book.on(told(51, { decision: "escalated", severity: "CRITICAL" }));
    expect(draftsOf(book)).toEqual([
      "discord.1 alert LOW",
      "discord.2 alert MEDIUM",
      "discord.2 alert HIGH",
      "discord.3 alert CRITICAL",
    ]);
  });

  test("what is not more severe than what was told is an edit, a reopening too", () => {
    const book = storyBook();
    book.on(told(0, { severity: "MEDIUM" }));
    book.on(told(60, { incidentId: "two", rule: "b", severity: "LOW" }));
    book.on(told(90, { decision: "resolved" }));
    book.on(told(100, { decision: "reopened", severity: "MEDIUM" }));
    expect(draftsOf(book)).toEqual([
      "discord.1 alert MEDIUM",
      "discord.1 alert MEDIUM",
      "discord.1 alert MEDIUM",
      "discord.1 alert MEDIUM",
    ]);
    book.on(told(130, { decision: "escalated", severity: "HIGH" }));
    expect(draftsOf(book)).toEqual(["discord.2 alert HIGH"]);
  });

  test("LOW and MEDIUM settle for three seconds, HIGH goes out at once", () => {
    const book = storyBook();
    book.on(told(0));
    book.on(told(1, { decision: "escalated", severity: "HIGH" }));
    expect(book.changes().deliveries.map(({ dueAtMs }) => dueAtMs - T0)).toEqual([3_000, 1_000]);
  });

  test("only CRITICAL alerts of the market are free of the budget", () => {
    const market = { scope: "market", scopeKey: "market" } as const;
    const book = storyBook();
    book.on(told(0, { severity: "CRITICAL" }));
    book.on(told(0, { ...market, incidentId: "m", severity: "HIGH" }));
    book.on(told(1, { ...market, incidentId: "m", decision: "escalated", severity: "CRITICAL" }));
    expect(book.changes().deliveries.map((one) => one.isExempt)).toEqual([false, false, true]);
  });
});

describe("what a story holds", () => {
  test("incidents of one asset, whatever their rule, side and venue; the market's are another", () => {
    const book = storyBook();
    book.on(told(0));
    book.on(told(1, { incidentId: "two", scope: "asset+side", scopeKey: "BTC:long" }));
    book.on(told(2, { incidentId: "three", scope: "asset+venue", scopeKey: "BTC@okx" }));
    book.on(told(3, { incidentId: "four", scopeKey: "ETH" }));
    book.on(told(4, { incidentId: "five", scope: "market", scopeKey: "market" }));
    book.on(told(5, { incidentId: "six", scope: "market", scopeKey: "market", rule: "mw" }));
    const held = book.stories.map(({ story, asset, incidents }) => [
      ...[story, asset],
      incidents.map(({ incidentId }) => incidentId),
    ]);
    expect(held).toEqual([
      ["one", "BTC", ["one", "two", "three"]],
      ["four", "ETH", ["four"]],
      ["five", null, ["five", "six"]],
    ]);
  });

  test("it ends with its last incident, and what follows begins another", () => {
    const book = storyBook();
    book.on(told(0));
    book.on(told(5, { incidentId: "two" }));
    book.on(told(9, { decision: "resolved" }));
    expect(only(book).endedAtMs).toBe(null);
    book.on(told(12, { incidentId: "two", decision: "resolved" }));
    expect(only(book).endedAtMs).toBe(T0 + 12_000);
    book.on(told(20, { incidentId: "three" }));
    expect(book.stories.map(({ story }) => story)).toEqual(["one", "three"]);
  });

  test("an incident that reopens takes its story up again, or joins the one that runs", () => {
    const book = storyBook();
    book.on(told(0));
    book.on(told(9, { decision: "resolved" }));
    book.on(told(10, { decision: "reopened" }));
    expect(only(book)).toMatchObject({ story: "one", endedAtMs: null });
    book.on(told(20, { decision: "resolved" }));
    book.on(told(30, { incidentId: "two" }));
    book.on(told(31, { decision: "reopened" }));
    const [, second] = book.stories;
    expect(second?.incidents.map(({ incidentId }) => incidentId)).toEqual(["two", "one"]);
  });

  test("an ended story is forgotten when nothing of it can reopen", () => {
    const book = storyBook({ reopenWithinMs: () => 60_000 });
    book.on(told(0));
    book.on(told(10, { decision: "resolved" }));
    book.on(told(12, { incidentId: "e", scopeKey: "ETH" }));
    book.refresh(T0 + 70_000);
    expect(book.stories).toHaveLength(2);
    book.refresh(T0 + 80_000);
    expect(book.stories.map(({ asset }) => asset)).toEqual(["ETH"]);
    // What reopens all the same must not be taken for the old one.
    book.on(told(90, { decision: "reopened" }));
    expect(book.stories.map(({ story }) => story)).toEqual(["e", `one-${T0 + 90_000}`]);
  });

  test("the rule of an incident may be taken away: the story ends without a decision", () => {
    const book = storyBook();
    book.on(told(0));
    book.changes();
    book.onForgotten([{ rule: "a", scopeKey: "ETH" }], T0 + 1_000);
    expect(book.hasChanges).toBe(false);
    book.onForgotten([{ rule: "a", scopeKey: "BTC" }], T0 + 1_000);
    expect(only(book)).toMatchObject({ endedAtMs: T0 + 1_000 });
    expect(book.changes()).toMatchObject({ deliveries: [], stories: [{ hasNewFigures: true }] });
  });

  test("money of other kinds is summed while a story runs, and in no figure of it", () => {
    const book = storyBook();
    const other = (kind: "deleverage" | "backstop", notionalCents: number | null) =>
      rowOf({ kind, notionalCents, asset: "BTC" });
    const take = (...rows: readonly ReturnType<typeof rowOf>[]) =>
      book.take(
        rows.map((row) => ({ row })),
        [],
        null,
      );
    take(other("deleverage", 5));
    book.on(told(0));
    take(other("deleverage", 700), other("backstop", 20), rowOf({}), other("backstop", null));
    take({ ...other("backstop", 9), history: true }, { ...other("backstop", 9), asset: "ETH" });
    expect(only(book).otherKinds).toEqual({ deleverageCents: 700, backstopCents: 20 });
  });
});

describe("who is told", () => {
  test("a target is told what is routed to it, and the end of that alone", () => {
    const book = storyBook({
      route: ({ severity, rule }) => [
        ...(severity === "LOW" ? [] : ["telegram"]),
        ...(rule === "b" ? [] : ["discord"]),
      ],
    });
    book.on(told(0));
    book.on(told(30, { incidentId: "two", rule: "b", severity: "HIGH" }));
    expect(draftsOf(book)).toEqual(["discord.1 alert LOW", "telegram.1 alert HIGH"]);
    book.on(told(40, { decision: "resolved" }));
    expect(draftsOf(book)).toEqual(["discord.1 alert LOW"]);
    book.on(told(50, { incidentId: "two", rule: "b", decision: "resolved", severity: "HIGH" }));
    expect(draftsOf(book)).toEqual(["telegram.1 alert HIGH", "telegram.9 summary LOW"]);
    expect(only(book).told).toMatchObject({
      discord: { incidentIds: ["one"], severity: "LOW", messages: 1 },
      telegram: { incidentIds: ["two"], severity: "HIGH", messages: 1 },
    });
  });

  test("the summary comes when the last incident of a serious story ends", () => {
    const book = storyBook();
    book.on(told(0, { severity: "CRITICAL" }));
    book.on(told(1, { incidentId: "two" }));
    book.changes();
    book.on(told(10, { decision: "resolved", severity: "CRITICAL" }));
    expect(draftsOf(book)).toEqual(["discord.1 alert CRITICAL"]);
    book.on(told(20, { incidentId: "two", decision: "resolved" }));
    expect(draftsOf(book)).toEqual(["discord.1 alert CRITICAL", "discord.9 summary LOW"]);
  });

  test("nobody is told what was held back, nor the end of what they were not told", () => {
    const book = storyBook({ route: () => [] });
    book.on(told(0, { decision: "suppressed" }));
    expect(book.stories).toEqual([]);
    book.on(told(1));
    book.on(told(5, { decision: "resolved" }));
    expect(draftsOf(book)).toEqual([]);
  });
});

describe("figures of a running story", () => {
  const present = (usd: number, isOverLow = true) => ({
    ...{ atMs: T0, value: usd, longCents: usd * 100, shortCents: 0, orders: usd, isOverLow },
    sinceStart: { longCents: usd * 100, shortCents: 0, orders: usd },
  });

  function running(usd: () => number) {
    const asked: string[] = [];
    const figures = (rule: string, key: string, incidentId: string): RunningFigures => {
      asked.push(`${rule} ${key} ${incidentId}`);
      const value = usd();
      return {
        present: present(value),
        held: [],
        asDecision: () => decision({ value, alertId: "none" }),
      };
    };
    return { asked, figures };
  }

  test("are read every five seconds and stored only when they changed", () => {
    let usd = 9_000_000;
    const { asked, figures } = running(() => usd);
    const book = storyBook({ running: figures });
    book.on(told(0, { value: 7_000_000 }));
    book.changes();
    book.refresh(T0 + 4_900);
    expect(asked).toEqual([]);
    book.refresh(T0 + 5_000);
    expect(asked).toEqual(["a BTC one"]);
    expect(book.changes()).toMatchObject({ deliveries: [], stories: [{ hasNewFigures: true }] });
    book.refresh(T0 + 7_000);
    expect(asked).toHaveLength(1);
    book.refresh(T0 + 10_000);
    expect(book.hasChanges).toBe(false);
    usd = 3_000_000;
    book.refresh(T0 + 15_000);
    expect(book.hasChanges).toBe(true);
    const [incident] = only(book).incidents;
    expect([incident?.highest.value, incident?.present?.value]).toEqual([9_000_000, 3_000_000]);
  });

  test("are not read of what has ended, and of few stories in one tick", () => {
    const { asked, figures } = running(() => 1);
    const book = storyBook({ running: figures });
    for (let count = 0; count < 20; count += 1) {
      book.on(told(0, { incidentId: `i${count}`, scopeKey: `K${count}` }));
    }
    book.on(told(1, { incidentId: "i0", scopeKey: "K0", decision: "resolved" }));
    book.refresh(T0 + 6_000);
    expect(asked).toHaveLength(8);
    for (let tick = 1; tick < 4; tick += 1) book.refresh(T0 + 6_000 + tick * 100);
    expect(new Set(asked).size).toBe(19);
  });
});

describe("a restart", () => {
  test("goes on as if nothing had happened, at every point of a story", () => {
    const script = [
      told(0),
      told(3, { incidentId: "two", rule: "b", severity: "MEDIUM" }),
      told(25, { decision: "escalated", severity: "HIGH" }),
      told(40, { decision: "resolved", severity: "HIGH" }),
      told(50, { decision: "reopened", severity: "MEDIUM" }),
      told(61, { incidentId: "two", rule: "b", decision: "resolved" }),
      told(62, { decision: "escalated", severity: "CRITICAL" }),
      told(90, { decision: "resolved", severity: "CRITICAL" }),
    ];
    const whole = storyBook();
    const wanted = script.map((one) => {
      whole.on(one);
      return whole.changes();
    });
    for (let cut = 1; cut < script.length; cut += 1) {
      const before = storyBook();
      for (const one of script.slice(0, cut)) before.on(one);
      const stored: unknown = JSON.parse(JSON.stringify(before.changes().stories));
      const after = storyBook();
      after.restore(stored as ReturnType<StoryBook["changes"]>["stories"]);
      const rest = script.slice(cut).map((one) => {
        after.on(one);
        return after.changes();
      });
      expect(rest).toEqual(wanted.slice(cut));
    }
  });
});
