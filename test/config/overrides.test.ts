import { describe, expect, test } from "vitest";
import { ConfigError, formatMistake } from "../../src/config/mistakes.ts";
import { laidOver, overriddenRules } from "../../src/config/overrides.ts";
import type { Rule } from "../../src/rule.ts";
import type { SomeThresholds, ThresholdChange } from "../../src/thresholds.ts";
import { load } from "./loading.ts";

const FILE = `rules:
  - { name: a, scope: asset, metric: notionalUsd, window: 5m, thresholds: { low: 100, medium: 200, high: 400, critical: 800 } }
  - { name: b, scope: market, metric: count, window: 60s, thresholds: { low: 1, medium: 2, high: 3, critical: 4 } }
`;
const RULES = load(FILE).rules.filter(({ marketWide }) => marketWide === undefined);
const [A, B] = RULES;
const ruleOf = (rule: Rule | undefined): Rule => {
  if (rule === undefined) throw new Error("No such rule");
  return rule;
};

function change(rule: string, override: SomeThresholds, over: Partial<ThresholdChange> = {}) {
  const { metric, thresholds } = ruleOf(RULES.find(({ name }) => name === rule) ?? A);
  const figures = { before: thresholds, after: { ...thresholds, ...override } };
  const who = { by: "telegram:1", name: null };
  const made = { atMs: 1, who, action: "set" as const, rule, metric, override };
  return { ...made, ...figures, ...over } satisfies ThresholdChange;
}

describe("figures over a rule of the file", () => {
  test("replace what they name and leave the rest", () => {
    expect(laidOver(ruleOf(A), { low: 150, critical: 1_000 })).toEqual({
      thresholds: { low: 150, medium: 200, high: 400, critical: 1_000 },
    });
    expect(laidOver(ruleOf(A), {})).toEqual({ thresholds: ruleOf(A).thresholds });
  });

  test.each<[SomeThresholds]>([
    [{ low: 200 }],
    [{ low: 0 }],
    [{ medium: -5 }],
    [{ high: Number.NaN }],
    [{ critical: Number.POSITIVE_INFINITY }],
    [{ low: 900 }],
    [{ low: 5, medium: 4, high: 3, critical: 2 }],
  ])("%j is refused with the words of a file that says so", (levels) => {
    const laid = laidOver(ruleOf(A), levels);
    const texts = "mistakes" in laid ? laid.mistakes.map(formatMistake) : [];
    const rule = JSON.parse(JSON.stringify({ thresholds: ruleOf(A).thresholds }));
    // YAML writes what JSON cannot: .nan and .inf are figures there.
    const written = Object.entries({ ...rule.thresholds, ...levels }).map(([level, figure]) => {
      const text = { NaN: ".nan", Infinity: ".inf" }[String(figure)] ?? String(figure);
      return `${level}: ${text}`;
    });
    const file = FILE.replace(
      /thresholds: \{ low: 100[^}]*\}/,
      `thresholds: { ${written.join(", ")} }`,
    );
    expect(mistakesOf(file).map(withoutPlace)).toEqual(texts);
    expect(texts.length).toBeGreaterThan(0);
  });
});

function mistakesOf(file: string): readonly string[] {
  try {
    load(file);
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.mistakes.map(formatMistake);
    throw thrown;
  }
}

function withoutPlace(text: string): string {
  return text.replace(/^rules\[0\]\./, "").replace(/ \(line \d+\)/, "");
}

describe("a file's rules with what holds over them", () => {
  test("keep their order and everything but the figures", () => {
    const { rules, states } = overriddenRules(RULES, [change("b", { low: 1.5 })]);
    expect(rules).toEqual([A, { ...B, thresholds: { low: 1.5, medium: 2, high: 3, critical: 4 } }]);
    expect(states).toMatchObject([{ file: ruleOf(B).thresholds, ignoredReason: null }]);
  });

  test("say what does not fit them any more", () => {
    const gone = change("gone", { low: 1 });
    const wrong = change("a", { low: 150 });
    const lower = RULES.map((rule) =>
      rule.name === "a"
        ? { ...rule, thresholds: { low: 10, medium: 20, high: 40, critical: 80 } }
        : rule,
    );
    const { rules, states, retired } = overriddenRules(lower, [gone, wrong]);
    expect(rules).toEqual(lower);
    expect(states.map(({ ignoredReason }) => ignoredReason)).toEqual([
      "the file has no such rule",
      "thresholds.medium would be 20, expected more than low (150)",
    ]);
    expect(retired).toEqual([]);
  });

  test("name what was set for another metric", () => {
    const counted = change("a", { low: 5 }, { metric: "count" });
    const { rules, states, retired } = overriddenRules(RULES, [counted]);
    expect(rules).toEqual(RULES);
    expect(states).toEqual([]);
    expect(retired).toEqual([{ change: counted, rule: A }]);
  });
});
