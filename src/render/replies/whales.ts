/** The answer to `/whales`: the largest single liquidations. Pure. */
import type { RecentLiquidation } from "../../queries.ts";
import { formatUsd } from "../money.ts";
import { formatPrice } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatInstant, formatWindow } from "../times.ts";
import { type SightOptions, shortOfWatching, sightOf } from "./sight.ts";
import { nothingSeen, subjectTitle } from "./subject-title.ts";

export interface WhalesOptions extends SightOptions {
  readonly asset: string | null;
  readonly windowMs: number;
  readonly minCents: number | null;
  /** Descending by money. */
  readonly rows: readonly RecentLiquidation[];
  readonly titleOf: (venue: string) => string;
}

export function whalesReply(options: WhalesOptions): Reply {
  const { rows, windowMs, minCents, titleOf, nowMs } = options;
  const sight = sightOf(options);
  const from = minCents === null ? "" : `, from ${formatUsd(minCents)}`;
  const windowText = formatWindow(windowMs);
  const subject = subjectTitle(options).replace(/^Liq/, "liq");
  const title = `Largest ${subject}${from}, ${windowText}`;
  if (rows.length === 0) return nothingSeen(title, windowText, sight);
  const cells = rows.map((row) => [
    row.notionalCents === null ? "?" : formatUsd(row.notionalCents),
    row.asset ?? row.symbol ?? "?",
    row.positionSide,
    titleOf(row.venue),
    row.price === null ? "" : formatPrice(row.price),
    formatInstant(row.occurredAtMs, nowMs).replace(" UTC", ""),
  ]);
  const lines = ["Times in UTC; prices are the venue's own: fills, bankruptcy or order prices"];
  const short = shortOfWatching([windowMs], options.watchedSinceMs, nowMs);
  if (short !== null) lines.push(short);
  lines.push(sight.bound);
  const table = alignedTable(cells, ["right", "left", "left", "left", "right", "right"]);
  return { title, warnings: sight.warnings, table, lines };
}
