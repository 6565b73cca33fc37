/** The answer to `/liq`: one window. Pure. */
import type { NamedTotals, Totals } from "../../queries.ts";
import type { Usual } from "../../usual.ts";
import { formatUsd } from "../money.ts";
import { formatShare, formatSignedPercent } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatWindow } from "../times.ts";
import { countPhrase, exactLine, partsLine } from "./phrases.ts";
import { type SightOptions, shortOfWatching, sightOf } from "./sight.ts";
import { nothingSeen, subjectTitle } from "./subject-title.ts";
import { usualLine } from "./usual.ts";

export interface WindowOptions extends SightOptions {
  readonly asset: string | null;
  readonly windowMs: number;
  /** Sums of the window; `longCents` and `shortCents` are 0 where only the total is known. */
  readonly totals: Totals;
  readonly hasLongsAndShorts: boolean;
  readonly byAsset: readonly NamedTotals[];
  readonly byVenue: readonly NamedTotals[];
  /** The largest row; null = not known for this window. */
  readonly largestCents: number | null;
  /** Percent, from a mark price or from liquidations of one venue; null = not known. */
  readonly priceChangePct: number | null;
  /** `mark:bybit`, `liquidations:okx`. */
  readonly priceSource: string | null;
  /** What such a window usually holds; null = not asked. */
  readonly usual: Usual | null;
  readonly titleOf: (venue: string) => string;
}

export function windowReply(options: WindowOptions): Reply {
  const { windowMs, totals, asset, venue, nowMs } = options;
  const sight = sightOf(options);
  const windowText = formatWindow(windowMs);
  const title = `${subjectTitle(options)}, ${windowText}`;
  if (totals.totalCents === 0) return nothingSeen(title, windowText, sight);
  const { totalCents, longCents, shortCents } = totals;
  const rows = [["total", formatUsd(totalCents), ""]];
  if (options.hasLongsAndShorts) {
    rows.push(["longs", formatUsd(longCents), formatShare(longCents, totalCents)]);
    rows.push(["shorts", formatUsd(shortCents), formatShare(shortCents, totalCents)]);
  }
  const lines = [factsLine(options)];
  if (options.usual !== null) lines.push(usualLine(options.usual, totalCents));
  if (asset === null) lines.push(partsLine(options.byAsset));
  if (venue === null) lines.push(partsLine(options.byVenue, options.titleOf));
  if (options.hasLongsAndShorts) lines.push(exactLine(windowText, totals));
  else lines.push("Longs and shorts of one venue are kept for 15 min and longer");
  const short = shortOfWatching([windowMs], options.watchedSinceMs, nowMs);
  if (short !== null) lines.push(short);
  lines.push(sight.bound);
  const table = alignedTable(rows, ["left", "right", "right"]);
  return { title, warnings: sight.warnings, table, lines: lines.filter((line) => line !== "") };
}

function factsLine(options: WindowOptions): string {
  const { totals, largestCents, priceChangePct, priceSource, asset } = options;
  const facts = [countPhrase(totals.orders)];
  if (largestCents !== null && largestCents > 0) facts.push(`largest ${formatUsd(largestCents)}`);
  if (priceChangePct !== null && asset !== null) {
    const source = priceSource?.startsWith("mark:") === true ? "" : " by liquidations";
    facts.push(`${asset} ${formatSignedPercent(priceChangePct)}${source}`);
  }
  return facts.join(" · ");
}
