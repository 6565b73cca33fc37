/** What a wish would change, before anybody has signed it. Pure. */
import { formatMistake } from "./config/mistakes.ts";
import { laidOver, overriddenRules } from "./config/overrides.ts";
import { LiqError } from "./errors.ts";
import { didYouMean } from "./nearest.ts";
import type { Rule } from "./rule.ts";
import type { SomeThresholds, ThresholdChange, ThresholdWish } from "./thresholds.ts";

export type ThresholdDraft = Omit<ThresholdChange, "atMs" | "who">;
type Overrides = readonly ThresholdChange[];

/**
 * Checked as the file is.
 * @throws LiqError LIQ_COMMAND when no rule is meant, the figures are wrong or nothing would change
 */
export function draftsOf(
  wish: ThresholdWish,
  fileRules: readonly Rule[],
  overrides: Overrides,
): readonly ThresholdDraft[] {
  if (wish.type === "revert") return revertedDrafts(wish.rule, fileRules, overrides);
  const rule = fileRules.find(({ name }) => name === wish.rule);
  if (rule === undefined) throw unknownRule(wish.rule, fileRules);
  return [setDraft(rule, wish.levels, overrides)];
}

function setDraft(rule: Rule, levels: SomeThresholds, overrides: Overrides): ThresholdDraft {
  const { rules, states } = overriddenRules([rule], overrides);
  const kept = states.find(({ change }) => change.rule === rule.name);
  // One that the file does not bear is no base for another.
  const base = kept === undefined || kept.ignoredReason !== null ? {} : kept.change.override;
  const override = differing(rule, { ...base, ...levels });
  const laid = laidOver(rule, override);
  if ("mistakes" in laid) {
    const mistakes = laid.mistakes.map(formatMistake).join("; ");
    throw new LiqError("LIQ_COMMAND", `Rule ${rule.name} refuses that: ${mistakes}`);
  }
  const { name, metric } = rule;
  const { thresholds: after } = laid;
  const { thresholds: before } = rules[0] ?? rule;
  if (isSame(before, after)) {
    throw new LiqError("LIQ_COMMAND", `Rule ${name} has these thresholds already`);
  }
  return { action: "set", rule: name, metric, before, after, override };
}

function revertedDrafts(
  wanted: string | null,
  fileRules: readonly Rule[],
  overrides: Overrides,
): readonly ThresholdDraft[] {
  const { states } = overriddenRules(fileRules, overrides);
  const chosen = states.filter(({ change }) => wanted === null || change.rule === wanted);
  if (chosen.length === 0) {
    const whose = wanted === null ? "of every rule" : `of ${wanted}`;
    throw new LiqError("LIQ_COMMAND", `Nothing to revert: the file's thresholds ${whose} hold`);
  }
  return chosen.map(({ change, file, ignoredReason }) => {
    const { rule, metric } = change;
    const after = file ?? change.after;
    const before = ignoredReason === null ? { ...after, ...change.override } : after;
    return { action: "reverted", rule, metric, before, after, override: {} };
  });
}

function unknownRule(name: string, rules: readonly Rule[]): LiqError {
  const names = rules.map((rule) => rule.name);
  const hint = didYouMean(name, names);
  return new LiqError("LIQ_COMMAND", `No rule ${name}; there are ${names.join(", ")}${hint}`);
}

/** What equals the file is the file's. */
function differing({ thresholds }: Rule, levels: SomeThresholds): SomeThresholds {
  return Object.fromEntries(
    Object.entries(levels).filter(([level, figure]) => Reflect.get(thresholds, level) !== figure),
  );
}

/** The overrides after these changes: the newest of each rule that leaves something to hold. */
export function withChanges(overrides: Overrides, changes: Overrides): Overrides {
  const changed = new Set(changes.map(({ rule }) => rule));
  const kept = overrides.filter(({ rule }) => !changed.has(rule));
  return [...kept, ...changes.filter(({ override }) => Object.keys(override).length > 0)];
}

/** True when the signed changes are these drafts, whoever signed them and when. */
export function isSameChange(drafts: readonly ThresholdDraft[], changes: Overrides): boolean {
  return isSame(
    drafts,
    changes.map(({ atMs: _atMs, who: _who, ...draft }) => draft),
  );
}

/** Both are made by the same code, their keys in the same order. */
function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
