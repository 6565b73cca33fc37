/** zod's issues in the words of a configuration: path, value as written, what would be right. */
import type { z } from "zod";
import { VENUE_IDS } from "../liquidation.ts";
import { didYouMean } from "../nearest.ts";
import { nodeAt } from "./keys.ts";
import { NOT_IN_THIS_VERSION } from "./later.ts";
import { type Mistake, showValue } from "./mistakes.ts";
import { formatPath, getIn, type Path, type Tree } from "./tree.ts";

/** Where values come from, for naming them as the person wrote them. */
export interface Origin {
  /** Before variables were put in: what may be shown. */
  readonly written: Tree;
  /** Environment variable by formatted path. */
  readonly variables: ReadonlyMap<string, string>;
  lineOf(path: Path): number | null;
}

type Issue = z.core.$ZodIssue;

export function mistakesOfIssues(issues: readonly Issue[], origin: Origin): readonly Mistake[] {
  return issues.flatMap((issue) => mistakesOfIssue(issue, origin));
}

function mistakesOfIssue(issue: Issue, origin: Origin): readonly Mistake[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? key.toString() : key));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...path, key], origin));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nested = nearestBranch(issue.errors);
    if (nested !== null) {
      const below = nested.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
      return mistakesOfIssues(below, origin);
    }
  }
  const value = getIn(origin.written, path);
  const expected = expectationOf(issue, value) + digitsHint(issue, value);
  return [mistakeAt(path, expected, origin)];
}

/** The alternative that was meant: the one whose own type fits and whose inside is wrong. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const isOfOtherType = (issue: Issue) => issue.path.length === 0 && issue.code === "invalid_type";
  return branches.find((issues) => !issues.some(isOfOtherType)) ?? null;
}

function mistakeAt(path: Path, expected: string, origin: Origin): Mistake {
  const variable = origin.variables.get(formatPath(path));
  const written = getIn(origin.written, path);
  const shown = showValue(written, path.at(-1));
  // A reference that is still wrong after filling in had nothing to fill in, or something wrong.
  const isReference = typeof written === "string" && written.includes("${");
  const value = isReference ? `${shown} from the environment` : shown;
  if (variable !== undefined) return { path: variable, value, expected, line: null };
  return { path: formatPath(path), value, expected, line: origin.lineOf(path) };
}

function unknownKey(path: Path, origin: Origin): Mistake {
  const key = String(path.at(-1));
  const line = origin.lineOf(path);
  const isVenue = path[0] === "venues" && path.length === 2;
  const node = nodeAt(origin.written, path.slice(0, -1));
  const known = Object.keys(node?.properties ?? {});
  const isLater = isVenue && VENUE_IDS.some((id) => id === key);
  const value = isLater ? NOT_IN_THIS_VERSION : "unknown key";
  const expected = `one of ${known.join(", ")}${isLater ? "" : didYouMean(key, known)}`;
  return { path: formatPath(path), value, expected, line };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function expectationOf(issue: Issue, value: unknown): string {
  // A text of our own says it best; zod's own texts all begin with one of these words.
  if (!/^(?:Invalid|Too |Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return TYPE_WORDS[issue.expected] ?? `a ${issue.expected}`;
    case "too_small":
      return bound("at least", issue.minimum, issue.origin, issue.inclusive ?? true);
    case "too_big":
      return bound("at most", issue.maximum, issue.origin, issue.inclusive ?? true);
    case "invalid_value":
      return oneOf(issue.values, value);
    case "invalid_union":
      return oneOf(optionsOf(issue), value);
    case "invalid_key":
      return "a name of letters, digits, - and _";
    default:
      return issue.message;
  }
}

const MAGNITUDES: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, B: 1e9 };

/** Money as people write it, `$1.5M`, in the digits that are expected; nothing for other texts. */
function digitsHint(issue: Issue, value: unknown): string {
  const isNumber = issue.code === "invalid_type" && ["number", "object"].includes(issue.expected);
  if (!isNumber || typeof value !== "string") return "";
  const plain = value.replaceAll(/[\s_,$]/g, "");
  const [, digits, magnitude = ""] = /^(\d{1,12}(?:\.\d{1,6})?)([KMB]?)$/i.exec(plain) ?? [];
  if (digits === undefined) return "";
  const number = Number(digits) * (MAGNITUDES[magnitude.toUpperCase()] ?? 1);
  return `; as a number: ${Number(number.toFixed(2))}`;
}

function bound(words: string, limit: number | bigint, origin: string, isInclusive: boolean) {
  const unit = origin === "string" ? " characters" : origin === "array" ? " entries" : "";
  const comparison = isInclusive ? words : words === "at least" ? "more than" : "less than";
  return `${comparison} ${limit}${unit}`;
}

function oneOf(options: readonly unknown[], value: unknown): string {
  const words = options.map(String);
  const hint = typeof value === "string" ? didYouMean(value, words) : "";
  return `one of ${words.join(", ")}${hint}`;
}

function optionsOf(issue: Issue): readonly unknown[] {
  return "options" in issue && Array.isArray(issue.options) ? issue.options : [];
}
