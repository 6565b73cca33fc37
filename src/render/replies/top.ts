/** The answer to `/top`: assets by money. Pure. */
import type { NamedTotals } from "../../queries.ts";
import { formatUsd } from "../money.ts";
import { formatShare } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatWindow } from "../times.ts";
import { type SightOptions, shortOfWatching, sightOf } from "./sight.ts";
import { nothingSeen } from "./subject-title.ts";

export interface TopOptions extends SightOptions {
  readonly windowMs: number;
  /** Descending by money, at most as many as were asked for. */
  readonly assets: readonly NamedTotals[];
  /** How many assets had any money. */
  readonly assetCount: number;
  readonly totalCents: number;
  /** Money of the last five minutes by asset; null = the window is no longer than that. */
  readonly lastFiveMinutes: ReadonlyMap<string, number> | null;
}

export function topReply(options: TopOptions): Reply {
  const { windowMs, assets, assetCount, lastFiveMinutes, nowMs } = options;
  const sight = sightOf(options);
  const windowText = formatWindow(windowMs);
  const title = `Top assets, ${windowText}`;
  if (assets.length === 0) return nothingSeen(title, windowText, sight);
  const head = ["", "", "total", "longs", lastFiveMinutes === null ? "" : "5m now"];
  const rows = assets.map((asset, at) => [
    String(at + 1),
    asset.name,
    formatUsd(asset.totalCents),
    formatShare(asset.longCents, asset.totalCents),
    lastFiveMinutes === null ? "" : nowCell(lastFiveMinutes.get(asset.name) ?? 0, sight.isBlind),
  ]);
  const lines = [
    `${assetCount} asset${assetCount === 1 ? "" : "s"}, ${formatUsd(options.totalCents)}`,
  ];
  const short = shortOfWatching([windowMs], options.watchedSinceMs, nowMs);
  if (short !== null) lines.push(short);
  lines.push(sight.bound);
  const table = alignedTable([head, ...rows], ["right", "left", "right", "right", "right"]);
  return { title, warnings: sight.warnings, table, lines };
}

function nowCell(cents: number, isBlind: boolean): string {
  if (cents > 0) return formatUsd(cents);
  return isBlind ? "?" : "-";
}
