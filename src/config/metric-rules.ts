/** What a rule may ask of its metric: windows, scopes and filters under which it means something. */
import { DURATION_EXPECTED, parseDuration } from "../duration.ts";
import {
  isSecondWindow,
  type Metric,
  OPEN_INTEREST_WINDOWS_MS,
  SCOPES,
  SECOND_WINDOWS_MS,
} from "../rule.ts";
import { type CascadeProfile, SCORE_WINDOWS_MS } from "../score.ts";
import { LEVELS } from "../thresholds.ts";
import { getIn, isTree, type Path } from "./tree.ts";

/** Says what is wrong at a path below the rule. */
export type Complain = (path: Path, value: unknown, expected: string) => void;

/** `rule` is as written, however wrong it is otherwise. */
export function checkMetric(rule: unknown, complain: Complain): void {
  const metric = getIn(rule, ["metric"]);
  if (metric === "largestUsd" || metric === "usdPerSecond") checkRowWindow(rule, metric, complain);
  if (metric === "timesNormal") checkNormal(rule, complain);
  if (metric === "openInterestDropPct") checkOpenInterest(rule, complain);
  if (isScore(metric)) checkScore(rule, metric, complain);
  else if (isTree(rule) && rule.window === undefined) {
    complain(["window"], undefined, DURATION_EXPECTED);
  }
}

/** The highest value of each score: a threshold above it is never reached. */
const SCORES = { cascadeScore: 1, riskScore: 2 } as const;
type ScoreMetric = keyof typeof SCORES;

function isScore(metric: unknown): metric is ScoreMetric {
  return typeof metric === "string" && Object.hasOwn(SCORES, metric);
}

/** What scores are computed by. */
export interface ScoreSetting {
  readonly profile: CascadeProfile;
  /** The window of a cascade, ms: what a risk score looks at. */
  readonly cascadeMs: number;
}

/** A rule's window; scores have their own. */
export function windowOf(
  { metric, window }: { readonly metric: Metric; readonly window?: number | undefined },
  { profile, cascadeMs }: ScoreSetting,
): number {
  if (metric === "cascadeScore") return SCORE_WINDOWS_MS[profile];
  return metric === "riskScore" ? cascadeMs : (window ?? 0);
}

function checkScore(rule: unknown, metric: ScoreMetric, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  if (window !== undefined) {
    complain(["window"], window, `no window for ${metric}: a score has its own`);
  }
  checkWholeAsset(rule, complain, { metric, why: "a score is of all rows of an asset" });
  checkScoreThresholds(rule, complain);
}

/** `rule` is as written; of other metrics nothing is said. */
export function checkScoreThresholds(rule: unknown, complain: Complain): void {
  const metric = getIn(rule, ["metric"]);
  if (!isScore(metric)) return;
  for (const level of LEVELS) {
    const value = getIn(rule, ["thresholds", level]);
    if (typeof value !== "number" || value <= SCORES[metric]) continue;
    complain(["thresholds", level], value, `at most ${SCORES[metric]}, the highest ${metric}`);
  }
}

function checkRowWindow(rule: unknown, metric: string, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  const windowMs = typeof window === "string" ? parseDuration(window) : null;
  if (windowMs === null || !isSecondWindow(windowMs)) return;
  if (!SECOND_WINDOWS_MS.some((allowedMs) => allowedMs === windowMs)) return;
  const expected = `at most 5m for ${metric}; longer ones are for notionalUsd and count`;
  complain(["window"], window, expected);
}

/** Filters that leave rows out. */
const PART_FILTERS = ["venues", "sides", "minNotionalUsd"] as const;
const NORMAL_WINDOW_MS = 300_000;

function checkNormal(rule: unknown, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  const windowMs = typeof window === "string" ? parseDuration(window) : null;
  if (windowMs !== null && windowMs !== NORMAL_WINDOW_MS) {
    complain(["window"], window, "5m for timesNormal: what is usual is known of 5 min alone");
  }
  checkWholeAsset(rule, complain, {
    metric: "timesNormal",
    why: "what is usual is of all rows of an asset",
  });
}

/** For metrics that mean something of an asset as a whole. */
function checkWholeAsset(
  rule: unknown,
  complain: Complain,
  { metric, why }: { readonly metric: string; readonly why: string },
): void {
  const scope = SCOPES.find((one) => one === getIn(rule, ["scope"]));
  if (scope !== undefined && scope !== "asset") {
    complain(["scope"], scope, `asset for ${metric}: ${why}`);
  }
  for (const key of PART_FILTERS) {
    const value = getIn(rule, ["filter", key]);
    const isSet = Array.isArray(value) ? value.length > 0 : typeof value === "number" && value > 0;
    if (!isSet) continue;
    const shown = Array.isArray(value) ? value.join(", ") : value;
    complain(["filter", key], shown, `nothing for ${metric}: ${why}; floorUsd and assets are fine`);
  }
}

/** Open interest is told by asset: a scope of a side or a venue would have the same figure. */
function checkOpenInterest(rule: unknown, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  const windowMs = typeof window === "string" ? parseDuration(window) : null;
  const isKnown = OPEN_INTEREST_WINDOWS_MS.some((allowedMs) => allowedMs === windowMs);
  if (windowMs !== null && !isKnown) {
    complain(["window"], window, "1m, 5m or 1h for openInterestDropPct");
  }
  const scope = getIn(rule, ["scope"]);
  if (scope === undefined || scope === "asset") return;
  complain(["scope"], scope, "asset for openInterestDropPct: it is known by asset");
}
