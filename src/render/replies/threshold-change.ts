/** The answers to a change of thresholds: what it would do, that it is done, who did what. Pure. */
import { SEVERITIES } from "../../rule.ts";
import {
  type AlertCounts,
  LEVELS,
  type ThresholdChange,
  type ThresholdOutcome,
  type ThresholdPreview,
  type ThresholdProposal,
} from "../../thresholds.ts";
import { formatCount } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { DAY_MS, formatDuration, formatInstant } from "../times.ts";
import { figureText, personOf } from "./thresholds.ts";

const NOTHING: AlertCounts = {
  opened: { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 },
  escalated: { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 },
};

/** The old and the new figures beside what each would have told. */
export function proposalReply(proposal: ThresholdProposal, nowMs: number): Reply {
  const { code, validMs, changes, preview } = proposal;
  const table = figureTable(changes, preview);
  const valid = `valid for ${formatDuration(validMs)}, from you alone`;
  return {
    title: `Preview of ${rulesOf(changes)}: nothing has changed yet`,
    warnings: reachWarnings(preview, nowMs),
    table,
    lines: [
      ...changes.map(({ rule }) => toldLine(rule, preview)),
      messagesLine(preview),
      `/thresholds confirm ${code} puts it into force (${valid}).`,
    ],
  };
}

export function appliedReply({ changes, isInForce }: ThresholdOutcome): Reply {
  const isReverted = changes.every(({ action }) => action === "reverted");
  const goBack = `/thresholds revert ${changes.map(({ rule }) => rule)[0] ?? ""}`.trim();
  const lines = isReverted
    ? ["The file's thresholds hold."]
    : [`Kept over restarts; ${goBack} goes back to the file.`];
  if (!isInForce)
    lines.unshift("Stored rows are being read back; /thresholds shows the end of it.");
  const title = `${isInForce ? "In force" : "Being applied"}: ${rulesOf(changes)}`;
  return { title, warnings: [], table: figureTable(changes, null), lines };
}

const ACTION_WORDS = {
  set: "",
  reverted: ", back to the file",
  retired: ", the file measures something else now",
  undone: ", taken back: it could not be put into force",
} as const;

/** `20 Nov 14:05 UTC, ada (telegram:4711): majors LOW $1.50M → $2.50M`. */
export function logReply(changes: readonly ThresholdChange[], nowMs: number): Reply {
  const lines = changes.map((change) => {
    const { atMs, who, rule, action } = change;
    const person = who.name === null ? who.by : `${personOf(who)} (${who.by})`;
    return `${formatInstant(atMs, nowMs)}, ${person}: ${rule} ${steps(change)}${ACTION_WORDS[action]}`;
  });
  const title = "Changed thresholds";
  const none = "None yet: the file's thresholds hold.";
  return { title, warnings: [], table: [], lines: lines.length === 0 ? [none] : lines };
}

function steps({ metric, before, after }: ThresholdChange): string {
  const moved = LEVELS.filter((level) => before[level] !== after[level]);
  if (moved.length === 0) return "as it was";
  const step = (level: (typeof LEVELS)[number]) =>
    `${level.toUpperCase()} ${figureText(metric, before[level])} → ${figureText(metric, after[level])}`;
  return moved.map(step).join(", ");
}

function rulesOf(changes: readonly ThresholdChange[]): string {
  return changes.map(({ rule }) => rule).join(", ");
}

/** Old, new, and how often each level was and would have been told. */
function figureTable(
  changes: readonly ThresholdChange[],
  preview: ThresholdPreview | null,
): readonly string[] {
  const rows = changes.flatMap(({ rule, metric, before, after }) => [
    [rule, "was", "new", ...(preview === null ? [] : ["told"])],
    ...LEVELS.map((level, at) => {
      const figures = [before[level], after[level]].map((figure) => figureText(metric, figure));
      const counts = preview === null ? [] : [levelArrow(rule, at, preview)];
      return [level.toUpperCase(), ...figures, ...counts];
    }),
  ]);
  return alignedTable(rows, ["left", "right", "right", "right"]);
}

function levelArrow(rule: string, at: number, { present, wanted }: ThresholdPreview): string {
  const severity = SEVERITIES[at] ?? "LOW";
  const [before, after] = [present, wanted].map(({ byRule }) => {
    const { opened, escalated } = byRule[rule] ?? NOTHING;
    return opened[severity] + escalated[severity];
  });
  return arrow(before, after);
}

function toldLine(rule: string, { present, wanted }: ThresholdPreview): string {
  const sumOf = (kind: keyof AlertCounts) =>
    [present, wanted].map(({ byRule }) => {
      const counts = (byRule[rule] ?? NOTHING)[kind];
      return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
    });
  const [opened, escalated] = [sumOf("opened"), sumOf("escalated")];
  return `${rule}: opened ${arrow(...opened)}, escalated ${arrow(...escalated)}`;
}

/** `Messages of all rules: discord 31 → 22, telegram 6 → 6`. */
function messagesLine({ present, wanted }: ThresholdPreview): string {
  const targets = [...new Set([present, wanted].flatMap(({ byTarget }) => Object.keys(byTarget)))];
  const parts = targets.map((target) => {
    return `${target} ${arrow(present.byTarget[target], wanted.byTarget[target])}`;
  });
  return `Messages of all rules: ${parts.length === 0 ? "none, before and after" : parts.join(", ")}`;
}

function arrow(before = 0, after = 0): string {
  return `${formatCount(before)} → ${formatCount(after)}`;
}

/** What was looked at, when it is not the whole day. */
function reachWarnings({ sinceMs, rows, isCut }: ThresholdPreview, nowMs: number): string[] {
  const since = formatInstant(sinceMs, nowMs);
  if (rows === 0) return ["No rows are stored of the last 24 h: nothing can be previewed."];
  if (isCut) return [`Counted since ${since} only: the newest ${formatCount(rows)} rows.`];
  const lookedMs = nowMs - sinceMs;
  if (lookedMs >= DAY_MS - 60_000) return ["Counted over the last 24 h, mutes left aside."];
  return [`Counted since ${since} (${formatDuration(lookedMs)}): older rows are not stored.`];
}
