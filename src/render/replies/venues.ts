/** The answer to `/venues`: what each feed sees. Quiet and DOWN must look different. Pure. */
import type { FeedState } from "../../queries.ts";
import type { SuspectFeed, UnsteadyFeed } from "../../venue-facts.ts";
import { formatUsd } from "../money.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatDuration, formatInstant } from "../times.ts";
import { isSeen, isWell } from "./sight.ts";

/** Feeds shown unless all are asked for. */
const FEEDS_MAX = 8;
/** A feed without rows for this long is called quiet. */
const QUIET_MS = 600_000;

const MARKS = { subscribed: "●", connecting: "◌", down: "○" } as const;
const UNREADABLE_MARK = "◍";

export interface VenuesOptions {
  readonly feeds: readonly FeedState[];
  readonly isAll: boolean;
  readonly nowMs: number;
}

export function venuesReply({ feeds, isAll, nowMs }: VenuesOptions): Reply {
  const dark = feeds.filter((feed) => !isSeen(feed));
  const unsteady = feeds.filter((feed) => isSeen(feed) && !isWell(feed));
  const well = feeds.filter(isWell);
  const title = `${well.length} of ${feeds.length} feeds ok`;
  const byNeed = [...dark, ...unsteady, ...well];
  const shown = isAll || feeds.length <= FEEDS_MAX ? feeds : byNeed.slice(0, FEEDS_MAX);
  const rows = shown.map((feed) => [
    `${markOf(feed)} ${feed.title}`,
    feed.condition === "subscribed" || feed.dayCents > 0 ? formatUsd(feed.dayCents) : "?",
    feed.lastRowAtMs === null ? "-" : formatDuration(nowMs - feed.lastRowAtMs),
    feed.lagMs === null ? "-" : `${(feed.lagMs / 1000).toFixed(1)} s`,
    conditionWords(feed, nowMs),
  ]);
  const table = alignedTable(
    [["", "24h", "last", "lag", ""], ...rows],
    ["left", "right", "right", "right", "left"],
  );
  const lines = shown.map(({ title: name, shows }) => `${name}: ${shows}`);
  for (const feed of feeds)
    if (feed.suspect !== null) lines.unshift(doubt(feed.title, feed.suspect, nowMs));
  for (const { title: name, unsteady: found } of unsteady)
    if (found !== null) lines.unshift(hangingUp(name, found, nowMs));
  for (const feed of dark) lines.unshift(trouble(feed, nowMs));
  const hidden = feeds.length - shown.length;
  if (hidden > 0) lines.push(`${hidden} more: /venues all`);
  const warnings = dark.length === feeds.length ? ["Nothing is seen just now."] : [];
  return { title, warnings, table, lines };
}

function markOf(feed: FeedState): string {
  if (isUnreadable(feed)) return UNREADABLE_MARK;
  return isSeen(feed) && !isWell(feed) ? MARKS.connecting : MARKS[feed.condition];
}

function isUnreadable({ condition, degraded }: FeedState): boolean {
  return condition === "subscribed" && degraded !== null;
}

/** `Bybit UNREADABLE since 14:03 UTC (2 min): 31 messages in a row, shape: topic is 7`. */
function trouble(feed: FeedState, nowMs: number): string {
  const { title, condition, degraded } = feed;
  const since = (ms: number) => `${formatInstant(ms, nowMs)} (${formatDuration(nowMs - ms)})`;
  if (condition === "subscribed" && degraded !== null) {
    const { sinceMs, frames, detail } = degraded;
    return `${title} UNREADABLE since ${since(sinceMs)}: ${frames} messages in a row, ${detail}`;
  }
  const why = feed.reason ?? "no reason given";
  return `${title} ${condition === "down" ? "DOWN" : "connecting"} since ${since(feed.sinceMs)}: ${why}`;
}

/** `Bybit UNSTEADY since 14:03 UTC (2 min): hung up 4 times in a row, cut: code 1006`. */
function hangingUp(title: string, found: UnsteadyFeed, nowMs: number): string {
  const { sinceMs, hangUps, reason } = found;
  const since = `${formatInstant(sinceMs, nowMs)} (${formatDuration(nowMs - sinceMs)})`;
  return `${title} UNSTEADY since ${since}: hung up ${hangUps} times in a row, ${reason}`;
}

/** `Gate SUSPECT since 14:03 UTC (2 min): its sides fit only 9 of ...; no alert counts it`. */
function doubt(title: string, { sinceMs, detail }: SuspectFeed, nowMs: number): string {
  const since = `${formatInstant(sinceMs, nowMs)} (${formatDuration(nowMs - sinceMs)})`;
  return `${title} SUSPECT since ${since}: ${detail}; no alert counts it`;
}

function conditionWords(feed: FeedState, nowMs: number): string {
  const { condition, lastRowAtMs, sinceMs } = feed;
  if (isUnreadable(feed)) return "UNREADABLE";
  if (condition === "down") return `DOWN ${formatDuration(nowMs - sinceMs)}`;
  if (condition === "connecting") return "connecting";
  if (feed.unsteady !== null) return "UNSTEADY";
  if (feed.suspect !== null) return "SUSPECT";
  const quietMs = nowMs - Math.max(sinceMs, lastRowAtMs ?? 0);
  return quietMs >= QUIET_MS ? "quiet, connected" : "ok";
}
