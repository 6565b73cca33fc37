/** The answer to `/chart`: the picture, and its figures for whoever cannot see it. Pure. */
import type { Chart } from "../../chart.ts";
import { formatUsd } from "../money.ts";
import { formatShare } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { formatClockSeconds, formatInstant, formatWindow } from "../times.ts";
import { exactLine } from "./phrases.ts";
import { type SightOptions, shortOfWatching, sightOf } from "./sight.ts";
import { nothingSeen, subjectTitle } from "./subject-title.ts";

export interface ChartReplyOptions extends SightOptions, Chart {
  readonly asset: string | null;
  readonly titleOf: (venue: string) => string;
}

export function chartReply(options: ChartReplyOptions): Reply {
  const { figures, picture } = options;
  const { totals, query, largest, toMs } = figures;
  const sight = sightOf(options);
  const windowText = formatWindow(query.windowMs);
  const title = `${subjectTitle(options)}, ${windowText}`;
  if (totals.totalCents === 0) return nothingSeen(title, windowText, sight);
  const { totalCents, longCents, shortCents } = totals;
  const part = (cents: number) => `${formatUsd(cents)} (${formatShare(cents, totalCents)})`;
  const lines = [
    `At least ${formatUsd(totalCents)}: longs ${part(longCents)}, shorts ${part(shortCents)}`,
  ];
  if (largest !== null) {
    const name = largest.asset === null ? "" : `${largest.asset} `;
    const what = `${formatUsd(largest.cents)} ${name}${largest.positionSide}`;
    lines.push(
      `Largest ${what}, ${options.titleOf(largest.venue)}, ${formatInstant(largest.atMs, toMs)}`,
    );
  }
  lines.push(`${exactLine(windowText, totals)}, at ${formatClockSeconds(toMs - 1)}`);
  if (picture === null) lines.push("The picture could not be drawn in time; try again.");
  const short = shortOfWatching([query.windowMs], options.watchedSinceMs, options.nowMs);
  if (short !== null) lines.push(short);
  lines.push(sight.bound);
  const reply = { title, warnings: sight.warnings, table: [], lines };
  return picture === null ? reply : { ...reply, picture };
}
