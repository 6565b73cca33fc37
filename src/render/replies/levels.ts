/** The answer to `/levels`: a ladder of prices, or the densest level of each asset. Pure. */
import type { AssetLevels, PriceLevel } from "../../price-level.ts";
import { formatUsd } from "../money.ts";
import { formatCount } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatInstant } from "../times.ts";
import { type SightOptions, sightOf } from "./sight.ts";
import { nothingSeen } from "./subject-title.ts";

/** Levels of a ladder: those with the most money; a phone shows no more. */
const LEVELS_MAX = 12;
const ASSETS_MAX = 10;
const TITLE = "where positions were liquidated, not a forecast";
const LIFE = "Each level is forgotten an hour after its last liquidation";

export interface NamedLevels extends AssetLevels {
  readonly name: string;
}

export interface LevelsOptions extends SightOptions {
  /** null = every asset with levels. */
  readonly asset: string | null;
  readonly found: readonly NamedLevels[];
}

export function levelsReply(options: LevelsOptions): Reply {
  const { asset, found, nowMs } = options;
  const sight = sightOf(options);
  const title = `${asset ?? "All assets"}: ${TITLE}`;
  const [only] = found;
  if (only === undefined) return nothingSeen(title, "hour", sight);
  const { table, lines } = asset === null ? densest(found) : ladder(only, nowMs);
  return { title, warnings: sight.warnings, table, lines: [...lines, `${LIFE}.`, sight.bound] };
}

/** Both sides of a price in one line. */
interface Rung {
  readonly level: PriceLevel;
  readonly longCents: number;
  readonly shortCents: number;
  readonly orders: number;
  readonly lastMs: number;
}

function ladder({ levels, width }: NamedLevels, nowMs: number) {
  const rungs = rungsOf(levels);
  const shown = new Set([...rungs].sort(byMoney).slice(0, LEVELS_MAX));
  const rows = rungs
    .filter((rung) => shown.has(rung))
    .map(({ level, longCents, shortCents, orders, lastMs }) => [
      edgeText(level.edge),
      moneyText(longCents),
      moneyText(shortCents),
      formatCount(orders),
      formatInstant(lastMs, nowMs).replace(" UTC", ""),
    ]);
  const head = ["from", "longs", "shorts", "orders", "last"];
  const table = alignedTable([head, ...rows], ["right", "right", "right", "right", "right"]);
  const rest = rungs.length - shown.size;
  const more = rest > 0 ? `; ${formatCount(rest)} with less money are left out` : "";
  return {
    table,
    lines: [`Levels of ${edgeText(width)}, by their lower edge${more}. Times in UTC`],
  };
}

function rungsOf(levels: readonly PriceLevel[]): readonly Rung[] {
  const rungs = new Map<string, Rung>();
  for (const level of levels) {
    const { edge, positionSide, notionalCents, orders, lastMs } = level;
    const known = rungs.get(edge);
    rungs.set(edge, {
      level,
      longCents: (known?.longCents ?? 0) + (positionSide === "long" ? notionalCents : 0),
      shortCents: (known?.shortCents ?? 0) + (positionSide === "short" ? notionalCents : 0),
      orders: (known?.orders ?? 0) + orders,
      lastMs: Math.max(known?.lastMs ?? 0, lastMs),
    });
  }
  return [...rungs.values()];
}

function byMoney(a: Rung, b: Rung): number {
  return b.longCents + b.shortCents - (a.longCents + a.shortCents) || b.level.from - a.level.from;
}

function densest(found: readonly NamedLevels[]) {
  const tops = found.flatMap(({ name, levels }) => {
    const [top] = [...levels].sort((a, b) => b.notionalCents - a.notionalCents || b.from - a.from);
    return top === undefined ? [] : [{ name, top }];
  });
  tops.sort((a, b) => b.top.notionalCents - a.top.notionalCents || (a.name < b.name ? -1 : 1));
  const rows = tops
    .slice(0, ASSETS_MAX)
    .map(({ name, top }) => [
      name,
      edgeText(top.edge),
      `${top.positionSide}s`,
      formatUsd(top.notionalCents),
      formatCount(top.orders),
    ]);
  const head = ["asset", "from", "", "money", "orders"];
  const table = alignedTable([head, ...rows], ["left", "right", "left", "right", "right"]);
  return {
    table,
    lines: ["The level and side with the most money of each; /levels btc shows all"],
  };
}

function moneyText(cents: number): string {
  return cents === 0 ? "" : formatUsd(cents);
}

/** `67,400`, `0.000012`: the exact edge, whatever its digits. */
function edgeText(edge: string): string {
  const [whole = "", fraction] = edge.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
