/** The answer to `/venues`: what each feed sees. Quiet and DOWN must look different. Pure. */
import type { FeedState } from "../../queries.ts";
import { formatUsd } from "../money.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatDuration, formatInstant } from "../times.ts";

/** Feeds shown unless all are asked for. */
const FEEDS_MAX = 8;
/** A feed without rows for this long is called quiet. */
const QUIET_MS = 600_000;

const MARKS = { subscribed: "●", connecting: "◌", down: "○" } as const;

export interface VenuesOptions {
  readonly feeds: readonly FeedState[];
  readonly isAll: boolean;
  readonly nowMs: number;
}

export function venuesReply({ feeds, isAll, nowMs }: VenuesOptions): Reply {
  const dark = feeds.filter(({ condition }) => condition !== "subscribed");
  const title = `${feeds.length - dark.length} of ${feeds.length} feeds ok`;
  const byNeed = [...dark, ...feeds.filter(({ condition }) => condition === "subscribed")];
  const shown = isAll || feeds.length <= FEEDS_MAX ? feeds : byNeed.slice(0, FEEDS_MAX);
  const rows = shown.map((feed) => [
    `${MARKS[feed.condition]} ${feed.title}`,
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
  for (const feed of dark) {
    const why = feed.reason ?? "no reason given";
    const since = `${formatInstant(feed.sinceMs, nowMs)} (${formatDuration(nowMs - feed.sinceMs)})`;
    lines.unshift(
      `${feed.title} ${feed.condition === "down" ? "DOWN" : "connecting"} since ${since}: ${why}`,
    );
  }
  const hidden = feeds.length - shown.length;
  if (hidden > 0) lines.push(`${hidden} more: /venues all`);
  const warnings = dark.length === feeds.length ? ["Nothing is seen just now."] : [];
  return { title, warnings, table, lines };
}

function conditionWords(feed: FeedState, nowMs: number): string {
  const { condition, lastRowAtMs, sinceMs } = feed;
  if (condition === "down") return `DOWN ${formatDuration(nowMs - sinceMs)}`;
  if (condition === "connecting") return "connecting";
  const quietMs = nowMs - Math.max(sinceMs, lastRowAtMs ?? 0);
  return quietMs >= QUIET_MS ? "quiet, connected" : "ok";
}
