/** The answer to `/status`: is it well, and what has it done. Pure. */
import type { Coverage } from "../../coverage.ts";
import type { Mute } from "../../mute.ts";
import type { DaemonStatus, FeedState, RunSummary } from "../../queries.ts";
import { formatCount } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatDuration } from "../times.ts";
import { mutesLine } from "./mutes.ts";
import { isSeen, isWell } from "./sight.ts";

export interface StatusOptions {
  readonly status: DaemonStatus;
  readonly feeds: readonly FeedState[];
  readonly summary: RunSummary;
  readonly mutes: readonly Mute[];
  /** Stretches that run now. */
  readonly heldBack: number;
  readonly nowMs: number;
  /** Of the last hour, all venues. */
  readonly coverage: Coverage;
}

const ROLE_WORDS = {
  starting: "starting, reading the store back",
  deciding: "deciding",
  standby: "standing by, another process decides",
} as const;

export function statusReply({
  status,
  feeds,
  summary,
  mutes,
  heldBack,
  nowMs,
  coverage,
}: StatusOptions): Reply {
  const { role, startedAtMs, durability, clockWarning, storeTrouble, parkedTargets } = status;
  const ok = feeds.filter(isWell).length;
  const { deliveries, alerts } = summary;
  const told = alerts.opened + alerts.escalated + alerts.reopened + alerts.resolved;
  const rows: readonly (readonly [string, string])[] = [
    ["feeds ok", `${ok} of ${feeds.length}`],
    ["seen in 1 h", coverage.pct === null ? "?" : `${coverage.pct}%`],
    ["liquidations", formatCount(summary.liquidations)],
    ["duplicates", formatCount(summary.duplicates)],
    ["refused rows", formatCount(summary.rejected + summary.quarantined)],
    ["alerts", formatCount(told)],
    ["held back", formatCount(alerts.suppressed)],
    ["held now", formatCount(heldBack)],
    ["delivered", formatCount(deliveries.delivered)],
    ["waiting", formatCount(deliveries.pending)],
    ["parked", formatCount(deliveries.parked)],
    ["errors", formatCount(summary.errors)],
  ];
  const warnings = [clockWarning, storeTrouble].filter((warning) => warning !== null);
  if (!feeds.some(isSeen)) warnings.push("Nothing is seen just now: /venues says why.");
  for (const { target, sinceMs } of parkedTargets) {
    const forText = formatDuration(nowMs - sinceMs);
    warnings.push(`${target} refuses our messages for ${forText}: liqwatch test-alert ${target}`);
  }
  if (deliveries.parked > 0) warnings.push("Some messages were given up: the log says why.");
  return {
    title: `liqwatch: ${ROLE_WORDS[role]}, up ${formatDuration(nowMs - startedAtMs)}`,
    warnings,
    table: alignedTable(rows, ["left", "right"]),
    lines: ["Counted since the start of this process.", mutesLine(mutes, nowMs), durability],
  };
}
