/** The answer to `/thresholds`: the rules as they are. Pure. */
import type { Rule } from "../../rule.ts";
import { centsOfUsd, formatUsd } from "../money.ts";
import { formatCount } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatDuration, formatWindowShort } from "../times.ts";

/** Assets of a filter named one by one. */
const ASSETS_MAX = 6;

export function thresholdsReply(rules: readonly Rule[]): Reply {
  const title = "Thresholds";
  const change = "They are changed in the configuration file, under rules; then restart";
  if (rules.length === 0) {
    return { title, warnings: [], table: [], lines: ["No rules: nothing is told.", change] };
  }
  const head = ["rule", "window", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
  const rows = rules.map((rule) => {
    const { low, medium, high, critical } = rule.thresholds;
    const figures = [low, medium, high, critical].map((figure) => figureText(rule, figure));
    return [rule.name, formatWindowShort(rule.windowMs), ...figures];
  });
  const table = alignedTable(
    [head, ...rows],
    ["left", "right", "right", "right", "right", "right"],
  );
  return { title, warnings: [], table, lines: [...rules.map(ruleLine), change] };
}

const METRIC_WORDS = {
  notionalUsd: "money",
  count: "liquidations",
  largestUsd: "the largest row",
  usdPerSecond: "money per second",
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

function figureText({ metric }: Rule, figure: number): string {
  return metric === "count" ? formatCount(figure) : formatUsd(centsOfUsd(figure));
}
