/** Thresholds from elsewhere over the file's rules: the file's own checks, in the file's own words. */
import type { Rule } from "../rule.ts";
import type { OverrideState, SomeThresholds, ThresholdChange, Thresholds } from "../thresholds.ts";
import { mistakesOfIssues } from "./issues.ts";
import type { Mistake } from "./mistakes.ts";
import { checkThresholds } from "./rules.ts";
import { ThresholdsSchema } from "./schema-figures.ts";

/** Four thresholds that a file could have held, or what is wrong with them. */
export type Laid = { readonly thresholds: Thresholds } | { readonly mistakes: readonly Mistake[] };

/** `over` in place of the file's figures. Paths of mistakes are `thresholds.low`. */
export function laidOver(
  {
    thresholds,
    metric,
    thresholdsByAsset,
  }: Pick<Rule, "thresholds" | "metric" | "thresholdsByAsset">,
  over: SomeThresholds,
): Laid {
  const written = { ...thresholds, ...over };
  const parsed = ThresholdsSchema.safeParse(written);
  const issues = (parsed.error?.issues ?? []).map((issue) => {
    return { ...issue, path: ["thresholds", ...issue.path] };
  });
  const origin = { written: { thresholds: written }, variables: new Map(), lineOf: () => null };
  const rising = checkThresholds({ metric, thresholds: written }, () => null);
  const mistakes = [...mistakesOfIssues(issues, origin), ...rising];
  if (mistakes.length === 0) {
    mistakes.push(...mistakesOfAssets({ metric, thresholds: written }, thresholdsByAsset ?? {}));
  }
  if (!parsed.success || mistakes.length > 0) return { mistakes };
  return { thresholds: parsed.data };
}

/** What the file sets for single assets stands over these, and must still rise with them. */
function mistakesOfAssets(
  { metric, thresholds }: Pick<Rule, "metric" | "thresholds">,
  byAsset: NonNullable<Rule["thresholdsByAsset"]>,
): readonly Mistake[] {
  return Object.entries(byAsset).flatMap(([asset, own]) => {
    const found = checkThresholds({ metric, thresholds: { ...thresholds, ...own } }, () => null);
    return found.map((mistake) => ({ ...mistake, path: `${mistake.path} for ${asset}` }));
  });
}

export interface LaidRules {
  /** The file's rules, in its order, with what holds over them. */
  readonly rules: readonly Rule[];
  readonly states: readonly OverrideState[];
  /** Of rules that measure something else by now. */
  readonly retired: readonly { readonly change: ThresholdChange; readonly rule: Rule }[];
}

/** What the rules are with the newest change of each of them. */
export function overriddenRules(
  fileRules: readonly Rule[],
  overrides: readonly ThresholdChange[],
): LaidRules {
  const rules = new Map(fileRules.map((rule) => [rule.name, rule]));
  const states: OverrideState[] = [];
  const retired: { change: ThresholdChange; rule: Rule }[] = [];
  for (const change of overrides) {
    const rule = rules.get(change.rule);
    if (rule === undefined) {
      states.push({ change, file: null, ignoredReason: "the file has no such rule" });
      continue;
    }
    if (rule.metric !== change.metric) {
      retired.push({ change, rule });
      continue;
    }
    const laid = laidOver(rule, change.override);
    const { thresholds: file } = rule;
    if ("thresholds" in laid) {
      rules.set(rule.name, { ...rule, thresholds: laid.thresholds });
      states.push({ change, file, ignoredReason: null });
    } else {
      const reason = laid.mistakes.map(({ path, value, expected }) => {
        return `${path} would be ${value}, expected ${expected}`;
      });
      states.push({ change, file, ignoredReason: reason.join("; ") });
    }
  }
  return { rules: [...rules.values()], states, retired };
}
