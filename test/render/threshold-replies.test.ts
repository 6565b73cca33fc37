import { describe, expect, test } from "vitest";
import {
  appliedReply,
  logReply,
  proposalReply,
} from "../../src/render/replies/threshold-change.ts";
import { figureText, thresholdsReply } from "../../src/render/replies/thresholds.ts";
import { replyHtml, replyMarkdown, replyPlain } from "../../src/render/reply.ts";
import type { ThresholdChange, ThresholdPreview } from "../../src/thresholds.ts";
import { NOW_MS, PREVIEW, RULE } from "../commands/samples.ts";
import { counts } from "../commands/threshold-samples.ts";
import { LEARNING } from "../level-samples.ts";

const { thresholds } = RULE;
const CHANGE: ThresholdChange = {
  ...{ atMs: NOW_MS, who: { by: "telegram:4711", name: "ada" }, action: "set", rule: "majors" },
  ...{ metric: "notionalUsd", before: thresholds, after: { ...thresholds, low: 2_000_000 } },
  override: { low: 2_000_000 },
};
const COUNTED: ThresholdChange = {
  ...{ ...CHANGE, rule: "many", metric: "count", action: "reverted", override: {} },
  before: { low: 50, medium: 100, high: 200, critical: 1_400 },
  after: { low: 40.5, medium: 100, high: 200, critical: 1_200 },
};

function proposed(preview: Partial<ThresholdPreview>, changes = [CHANGE]): readonly string[] {
  const proposal = { code: "4827", validMs: 600_000, changes, preview: { ...PREVIEW, ...preview } };
  return replyPlain(proposalReply(proposal, NOW_MS)).split("\n");
}

describe("a preview", () => {
  test("of several rules has a table and a line for each", () => {
    const byRule = { ...PREVIEW.present.byRule, many: counts([2], [1, 1]) };
    const lines = proposed({ present: { byRule, byTarget: {} } }, [CHANGE, COUNTED]);
    expect(lines).toEqual([
      "Preview of majors, many: nothing has changed yet",
      "Counted over the last 24 h, mutes left aside.",
      "majors       was     new    told",
      "LOW       $1.50M  $2.00M  12 → 3",
      "MEDIUM    $5.00M  $5.00M   4 → 4",
      "HIGH      $20.0M  $20.0M   1 → 1",
      "CRITICAL  $60.0M  $60.0M   0 → 0",
      "many         was     new    told",
      "LOW           50    40.5   3 → 0",
      "MEDIUM       100     100   1 → 0",
      "HIGH         200     200   0 → 0",
      "CRITICAL   1,400   1,200   0 → 0",
      "majors: opened 16 → 7, escalated 1 → 1",
      "many: opened 2 → 0, escalated 2 → 0",
      "Messages of all rules: discord 0 → 8, telegram 0 → 5",
      "/thresholds confirm 4827 puts it into force (valid for 10 min, from you alone).",
    ]);
  });

  test.each([
    [{ rows: 0 }, "No rows are stored of the last 24 h: nothing can be previewed."],
    [
      { isCut: true, rows: 250_000, sinceMs: NOW_MS - 3 * 3_600_000 },
      "Counted since 11:06 UTC only: the newest 250,000 rows.",
    ],
    [
      { sinceMs: NOW_MS - 5_400_000 },
      "Counted since 12:36 UTC (1 h 30 min): older rows are not stored.",
    ],
  ])("that cannot look at the whole day says so: %j", (reach, expected) => {
    expect(proposed(reach)[1]).toBe(expected);
  });

  test("without a message says so", () => {
    const none = { byRule: {}, byTarget: {} };
    const lines = proposed({ present: none, wanted: none });
    expect(lines.at(-2)).toBe("Messages of all rules: none, before and after");
    expect(lines[3]).toBe("LOW       $1.50M  $2.00M  0 → 0");
  });
});

test("a change that is not in force yet is not said to be", () => {
  const { title, lines } = appliedReply({ changes: [CHANGE], isInForce: false });
  expect(title).toBe("Being applied: majors");
  expect(lines[0]).toBe("Stored rows are being read back; /thresholds shows the end of it.");
});

test("the log names who, by name and id, and what became of it", () => {
  const who = { by: "configuration", name: null };
  const changes = [
    { ...CHANGE, action: "retired" as const, who },
    { ...CHANGE, action: "undone" as const, atMs: NOW_MS - 86_400_000 },
    { ...COUNTED, after: COUNTED.before },
  ];
  expect(logReply(changes, NOW_MS).lines).toEqual([
    "14:06 UTC, configuration: majors LOW $1.50M → $2.00M, the file measures something else now",
    "19 Nov 14:06 UTC, ada (telegram:4711): majors LOW $1.50M → $2.00M, taken back: it could not be put into force",
    "14:06 UTC, ada (telegram:4711): many as it was, back to the file",
  ]);
});

test("what holds no more is shown with its reason", () => {
  const gone = { change: CHANGE, file: null, ignoredReason: "the file has no such rule" };
  const { lines, table } = thresholdsReply([RULE], [gone], LEARNING);
  expect(lines[1]).toBe(
    "majors: LOW $2.00M set by ada on 20 Nov 14:06 UTC is not in force: the file has no such rule",
  );
  expect(table[1]).toMatch(/^majors /);
});

test.each([
  [1_500_000, "$1.50M"],
  [1_234_567, "$1,234,567.00"],
  [0.01, "$0.01"],
  [999, "$999"],
  [2_510_000, "$2.51M"],
  [600_000, "$600K"],
])("a threshold of %s USD is written as all of %s", (figure, text) => {
  expect(figureText("notionalUsd", figure)).toBe(text);
});

test("a person's own name is text in both services", () => {
  const name = "<b>@everyone</b> **x** `y`";
  const change = { ...CHANGE, who: { by: "discord:1", name } };
  const reply = logReply([change], NOW_MS);
  expect(replyHtml(reply)).toContain("&lt;b&gt;@\u200beveryone&lt;/b&gt;");
  expect(replyMarkdown(reply)).toContain("\\<b\\>@\u200beveryone\\</b\\> \\*\\*x\\*\\* \\`y\\`");
});
