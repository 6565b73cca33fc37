/** The answer to `/thresholds`: the rules as they are, and what of them is not the file's. Pure. */
import type { Metric, Rule } from "../../rule.ts";
import { LEVELS, type OverrideState, type SomeThresholds, type Who } from "../../thresholds.ts";
import type { Usual } from "../../usual.ts";
import { centsOfUsd, formatUsd } from "../money.ts";
import { formatCount } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatDuration, formatInstant, formatWindowShort } from "../times.ts";
import { exactUsd } from "./phrases.ts";
import { unknownText } from "./usual.ts";

/** Assets of a filter named one by one. */
const ASSETS_MAX = 6;
const CHANGE =
  "They are changed in the configuration file, under rules, or by admins: /thresholds set RULE low=$2m";

/** `usual` of no asset: whether enough was watched for rules on what is usual. */
export function thresholdsReply(
  rules: readonly Rule[],
  overrides: readonly OverrideState[],
  usual: Usual,
): Reply {
  const title = "Thresholds";
  const changed = overrides.map(overrideLine);
  if (rules.length === 0) {
    const lines = ["No rules: nothing is told.", ...changed, CHANGE];
    return { title, warnings: [], table: [], lines };
  }
  const isChanged = ({ name }: Rule) =>
    overrides.some(({ change, ignoredReason }) => change.rule === name && ignoredReason === null);
  const head = ["rule", "window", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
  const rows = rules.map((rule) => {
    const figures = LEVELS.map((level) => figureText(rule.metric, rule.thresholds[level]));
    const name = isChanged(rule) ? `${rule.name}*` : rule.name;
    return [name, formatWindowShort(rule.windowMs), ...figures];
  });
  const table = alignedTable(
    [head, ...rows],
    ["left", "right", "right", "right", "right", "right"],
  );
  return {
    title,
    warnings: [],
    table,
    lines: [...rules.flatMap((rule) => ruleLines(rule, usual)), ...changed, CHANGE],
  };
}

/** `*majors: LOW $2.50M set by ada on 20 Nov 14:05 UTC; the file says $1.50M`. */
function overrideLine({ change, file, ignoredReason }: OverrideState): string {
  const { rule, metric, override, who, atMs } = change;
  const set = `${levelsText(metric, override)} set by ${personOf(who)} on ${formatInstant(atMs, 0)}`;
  if (ignoredReason !== null || file === null) {
    return `${rule}: ${set} is not in force: ${ignoredReason ?? "no such rule"}`;
  }
  const given = LEVELS.filter((level) => override[level] !== undefined);
  const said = given.map((level) => figureText(metric, file[level])).join(", ");
  return `*${rule}: ${set}; the file says ${said}`;
}

/** `LOW $2.50M, HIGH $30.0M`. */
function levelsText(metric: Metric, levels: SomeThresholds): string {
  const parts = LEVELS.flatMap((level) => {
    const figure = levels[level];
    return figure === undefined ? [] : [`${level.toUpperCase()} ${figureText(metric, figure)}`];
  });
  return parts.join(", ");
}

/** The name that a service gave, or else the id. */
export function personOf({ by, name }: Who): string {
  return name ?? by;
}

const METRIC_WORDS = {
  notionalUsd: "money",
  count: "liquidations",
  largestUsd: "the largest row",
  usdPerSecond: "money per second",
  openInterestDropPct: "the fall of open interest",
  timesNormal: "money against what 5 min of the asset usually hold",
  cascadeScore: "cascade score",
  riskScore: "risk score",
} as const;

const SCOPE_WORDS = {
  market: "all together",
  asset: "each asset",
  "asset+side": "each asset, longs and shorts apart",
  "asset+venue": "each asset on each venue",
} as const;

/** `majors: money, each asset (BTC, ETH), again after 10 min`. */
function ruleLine({ name, metric, scope, filter, cooldownMs }: Rule): string {
  const listed = filter.assets.slice(0, ASSETS_MAX).join(", ");
  const rest = filter.assets.length - ASSETS_MAX;
  const of = listed === "" ? "" : ` (${listed}${rest > 0 ? ` and ${rest} more` : ""})`;
  const again = `again after ${formatDuration(cooldownMs)}`;
  return `${name}: ${METRIC_WORDS[metric]}, ${SCOPE_WORDS[scope]}${of}, ${again}`;
}

/** The rule, and what of it is not the same for all of its assets. */
function ruleLines(rule: Rule, usual: Usual): readonly string[] {
  const { metric, thresholdsByAsset: byAsset = {} } = rule;
  const learning =
    metric === "timesNormal" && usual.type === "learning" ? unknownText(usual) : null;
  const own = Object.entries(byAsset).map(([asset, levels]) => {
    return `${rule.name} for ${asset}: ${levelsText(metric, levels)}`;
  });
  return [`${ruleLine(rule)}${learning === null ? "" : `; ${learning}`}`, ...own];
}

/** Three digits when they are the whole figure, else all of it: a threshold is compared exactly. */
export function figureText(metric: Metric, figure: number): string {
  if (metric === "timesNormal") return `${figure}x`;
  if (metric === "cascadeScore" || metric === "riskScore") return `${figure}`;
  if (metric === "count") return Number.isInteger(figure) ? formatCount(figure) : `${figure}`;
  if (metric === "openInterestDropPct") return `${figure}%`;
  const cents = centsOfUsd(figure);
  const short = formatUsd(cents);
  const [, digits = "", suffix = ""] = /^\$([\d.]+)([KMB]?)$/.exec(short) ?? [];
  const units = { "": 1, K: 1e3, M: 1e6, B: 1e9 }[suffix] ?? 0;
  return centsOfUsd(Number(digits) * units) === cents ? short : exactUsd(cents);
}
