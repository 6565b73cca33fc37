/** What stands behind `/thresholds`: a rule, levels with figures, what to do. In any order. Pure. */
import { LiqError } from "../errors.ts";
import type { Metric } from "../rule.ts";
import { LEVELS, type Level, type SomeThresholds } from "../thresholds.ts";
import { parseMoney, quoted } from "./arguments.ts";

export const ACTIONS = ["set", "confirm", "revert", "log"] as const;
export type Action = (typeof ACTIONS)[number];

export interface ThresholdWords {
  /** null = only shown. */
  readonly action: Action | null;
  /** What is left over: a rule's name as typed, or the code of a confirmation; may be empty. */
  readonly name: string;
  /** Figures as typed, by level. */
  readonly figures: ReadonlyMap<Level, string>;
}

const FIGURE = /^[-+]?\$?\d[\d.,]*(?:[kmbx]|\$|usd|\/s)*$/i;
/** `low = 2m`, `low: 2m`: the sign belongs to the level. */
const SIGNED = new RegExp(`(^|\\s)(${LEVELS.join("|")})\\s*[=:]\\s*`, "gi");

/** `isRule` tells names of rules, which may look like anything else. */
export function readThresholdWords(
  words: readonly string[],
  isRule: (name: string) => boolean,
): ThresholdWords {
  const figures = new Map<Level, string>();
  const left: string[] = [];
  let action: Action | null = null;
  const tokens = words.join(" ").replace(SIGNED, "$1$2=").split(" ");
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    const { level, figure } = levelOf(token, tokens[at + 1]);
    const named = ACTIONS.find((one) => one === token.toLowerCase());
    if (level !== null && figures.has(level)) throw refused(`${level} stands there twice`);
    if (level !== null) figures.set(level, figure);
    else if (named !== undefined && action === null) action = named;
    else left.push(token);
    if (level !== null && !token.includes("=")) at += 1;
  }
  const whole = left.join(" ");
  const bare = isRule(whole) || action === "confirm" ? [] : left.filter((one) => FIGURE.test(one));
  if (bare.length > 0) takeAll(bare, figures);
  const name = bare.length > 0 ? left.filter((one) => !FIGURE.test(one)).join(" ") : whole;
  return { action: action ?? (figures.size > 0 ? "set" : null), name, figures };
}

/** `low=2m`, or `low` before a figure. */
function levelOf(token: string, next: string | undefined) {
  const [word = "", figure] = token.split("=", 2);
  const level = LEVELS.find((one) => one === word.toLowerCase()) ?? null;
  if (figure !== undefined) return { level, figure };
  const isPair = next !== undefined && FIGURE.test(next);
  return { level: isPair ? level : null, figure: next ?? "" };
}

/** Figures without a level are all four, or it is not clear which. */
function takeAll(bare: readonly string[], figures: Map<Level, string>): void {
  if (bare.length !== LEVELS.length || figures.size > 0) {
    const shown = quoted(bare[0] ?? "");
    throw refused(`${shown} is no level's: write low=${bare[0]}, or all four figures`);
  }
  for (const [at, level] of LEVELS.entries()) figures.set(level, bare[at] ?? "");
}

const EXPECTED: Readonly<Record<Metric, string>> = {
  notionalUsd: "money such as $2.5m",
  largestUsd: "money such as $2.5m",
  usdPerSecond: "money per second such as $50k",
  count: "a count such as 50",
  openInterestDropPct: "a percentage such as 5%",
  timesNormal: "times the usual such as 4x",
  cascadeScore: "a score such as 0.7",
  riskScore: "a score such as 1.2",
};

/** Figures of the rule's metric, as a file would hold them. */
export function readFigures(figures: ReadonlyMap<Level, string>, metric: Metric): SomeThresholds {
  const read = [...figures].map(([level, typed]) => {
    const figure = READERS[metric](typed);
    if (figure !== null) return [level, figure] as const;
    throw refused(`${level} is ${quoted(typed)}, expected ${EXPECTED[metric]}`);
  });
  return Object.fromEntries(read);
}

const READERS: Readonly<Record<Metric, (typed: string) => number | null>> = {
  notionalUsd: usdOf,
  largestUsd: usdOf,
  usdPerSecond: usdOf,
  count: countOf,
  openInterestDropPct: percentOf,
  timesNormal: timesOf,
  cascadeScore: scoreOf,
  riskScore: scoreOf,
};

/** `4`, `4x`, `6.5x`. */
function timesOf(typed: string): number | null {
  const [, digits] = /^(\d{1,6}(?:\.\d{1,3})?)x?$/i.exec(typed) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** `0.7`, `.7`, `1`. */
function scoreOf(typed: string): number | null {
  return /^\d?(?:\.\d{1,3})?$/.test(typed) && /\d/.test(typed) ? Number(typed) : null;
}

/** Money may lack its sign here: nothing else can be meant. */
function usdOf(typed: string): number | null {
  const word = typed.toLowerCase().replace(/\/s$/, "");
  const cents = parseMoney(word) ?? parseMoney(`$${word}`);
  return cents === null ? null : cents / 100;
}

function percentOf(typed: string): number | null {
  const [, digits] = /^(\d{1,3}(?:\.\d{1,4})?)%?$/.exec(typed) ?? [];
  return digits === undefined ? null : Number(digits);
}

function countOf(typed: string): number | null {
  const [, digits, thousand] =
    /^(\d{1,9}(?:\.\d{1,3})?)(k?)$/i.exec(typed.replaceAll(",", "")) ?? [];
  if (digits === undefined) return null;
  return thousand === "" ? Number(digits) : Math.round(Number(digits) * 1_000);
}

function refused(problem: string): LiqError {
  return new LiqError(
    "LIQ_COMMAND",
    problem.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
  );
}
