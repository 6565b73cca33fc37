/** The answer to `/liq24h`. Pure. */
import type { RecentLiquidation, Totals, TotalsAnswer } from "../../queries.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatWindowShort } from "../times.ts";
import {
  changePhrase,
  countPhrase,
  exactLine,
  leaningPhrase,
  liquidationPhrase,
  partsLine,
  sharesLine,
} from "./phrases.ts";
import { type SightOptions, shortOfWatching, sightOf, totalsCells } from "./sight.ts";
import { nothingSeen, subjectTitle } from "./subject-title.ts";

export interface DayOptions extends SightOptions {
  readonly asset: string | null;
  /** The windows asked for, the longest last. */
  readonly windows: readonly TotalsAnswer[];
  /** The 24 h before; null = not known. */
  readonly before: Totals | null;
  /** null = the store did not answer. */
  readonly largest: readonly RecentLiquidation[] | null;
  readonly titleOf: (venue: string) => string;
}

export function dayReply(options: DayOptions): Reply {
  const { asset, venue, windows, before, largest, nowMs } = options;
  const sight = sightOf(options);
  const title = subjectTitle(options);
  const day = windows.at(-1);
  if (day === undefined || day.totalCents === 0) return nothingSeen(title, "24 h", sight);
  const rows = windows.map((window) => [
    formatWindowShort(window.query.windowMs),
    ...totalsCells(window, sight),
  ]);
  const facts = [leaningPhrase(day), changePhrase(day, before), countPhrase(day.orders)];
  const lines = [facts.filter((fact) => fact !== null).join(" · ")];
  if (asset === null) lines.push(partsLine(day.byAsset));
  if (venue === null) lines.push(sharesLine(day.byVenue, options.titleOf));
  const [first] = largest ?? [];
  if (first !== undefined) lines.push(`Largest: ${liquidationPhrase(first, options)}`);
  if (largest === null) lines.push("Largest and the day before: the store did not answer");
  lines.push(exactLine("24 h", day));
  const lengths = windows.map(({ query }) => query.windowMs);
  const short = shortOfWatching(lengths, options.watchedSinceMs, nowMs);
  if (short !== null) lines.push(short);
  lines.push(sight.bound);
  const head = ["", "total", "longs", "shorts"];
  const table = alignedTable([head, ...rows], ["left", "right", "right", "right"]);
  return { title, warnings: sight.warnings, table, lines: lines.filter((line) => line !== "") };
}
