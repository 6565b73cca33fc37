/** `/liq`: one window, from 100 ms to 24 h. */
import { LiqError } from "../errors.ts";
import type { VenueId } from "../liquidation.ts";
import type { NamedTotals, Queries, ShortWindow, Totals } from "../queries.ts";
import { windowReply } from "../render/replies/window.ts";
import { formatWindowShort } from "../render/times.ts";
import { SECOND_WINDOWS_MS } from "../rule.ts";
import { type BotCommand, type CommandContext, sightInput, titlesOf } from "./command.ts";

/** Windows that are kept row by row (SPEC 3). */
const ROW_WINDOWS_MS = [100, 500, 2_000, 10_000, 60_000, 300_000];
/** What is usual is known of windows of this length, of all venues together. */
const USUAL_WINDOW_MS = 300_000;
const DEFAULT_WINDOW_MS = 3_600_000;

export const liq: BotCommand = {
  name: "liq",
  aliases: [],
  summary: "liquidations of one window",
  takes: [
    { shape: "asset", summary: "btc, BTCUSDT, bitcoin; none = all" },
    { shape: "window", summary: "10s, 5m, 1h, 24h; none = 1h" },
    { shape: "venue", summary: "one venue only" },
  ],
  isAdmin: false,
  run({ asset, venue, windowMs }, context) {
    const spanMs = windowMs ?? DEFAULT_WINDOW_MS;
    const isLong = SECOND_WINDOWS_MS.some((lengthMs) => lengthMs === spanMs);
    if (!isLong && !ROW_WINDOWS_MS.includes(spanMs)) throw unknownWindow(spanMs);
    const place = { asset, venue, windowMs: spanMs };
    const found = isLong ? longWindow(context.queries, place) : shortWindow(context.queries, place);
    const titleOf = titlesOf(context.queries);
    const isUsual = asset !== null && venue === null && spanMs === USUAL_WINDOW_MS;
    const usual = isUsual ? context.queries.usual(asset) : null;
    const sight = sightInput(context, place, [spanMs]);
    return windowReply({ ...sight, ...place, ...found, usual, titleOf });
  },
};

interface Place {
  readonly asset: string | null;
  readonly venue: VenueId | null;
  readonly windowMs: number;
}

/** The part of a reply that the windows give. */
interface Found {
  readonly totals: Totals;
  readonly hasLongsAndShorts: boolean;
  readonly byAsset: readonly NamedTotals[];
  readonly byVenue: readonly NamedTotals[];
  readonly largestCents: number | null;
  readonly priceChangePct: number | null;
  readonly priceSource: string | null;
}

function unknownWindow(windowMs: number): LiqError {
  const lengths = [...ROW_WINDOWS_MS, ...SECOND_WINDOWS_MS].map(formatWindowShort).join(", ");
  return new LiqError(
    "LIQ_COMMAND",
    `No window of ${formatWindowShort(windowMs)}; there are ${lengths}`,
  );
}

function longWindow(queries: CommandContext["queries"], { asset, venue, windowMs }: Place): Found {
  const whose = { asset: asset ?? undefined, venue: venue ?? undefined };
  const totals = queries.totals({ windowMs, ...whose });
  const { byAsset, byVenue } = totals;
  const unknown = { largestCents: null, priceChangePct: null, priceSource: null };
  return { totals, hasLongsAndShorts: true, byAsset, byVenue, ...unknown };
}

/** Sums are integer cents, so that the assets' windows add up to the market's exactly. */
function shortWindow(queries: Queries, { asset, venue, windowMs }: Place): Found {
  const windows = shortWindowsOf(queries, asset, windowMs);
  const byAsset = descending(
    windows.map(([name, window]) => ({ name, ...totalsOf(window, venue) })),
  );
  const venues = new Map<string, Totals>();
  for (const [, window] of windows) {
    for (const part of window.byVenue) {
      venues.set(part.name, sum(venues.get(part.name) ?? NO_MONEY, totalsOf(window, part.name)));
    }
  }
  const only = asset === null ? undefined : windows[0]?.[1];
  return {
    totals: byAsset.reduce<Totals>(sum, NO_MONEY),
    hasLongsAndShorts: venue === null,
    byAsset: byAsset.filter(({ totalCents }) => totalCents > 0),
    byVenue: descending([...venues].map(([name, totals]) => ({ name, ...totals }))),
    largestCents:
      venue === null ? Math.max(0, ...windows.map(([, { largestCents }]) => largestCents)) : null,
    priceChangePct: only?.priceChangePct ?? null,
    priceSource: only?.priceSource ?? null,
  };
}

/** Every asset's window of this length; assets without a row in the last 15 min have none. */
export function shortWindowsOf(
  queries: Queries,
  asset: string | null,
  windowMs: number,
): readonly (readonly [asset: string, window: ShortWindow])[] {
  const recent = queries.totals({ windowMs: SECOND_WINDOWS_MS[0] }).byAsset;
  const names = asset === null ? recent.map(({ name }) => name) : [asset];
  return names.flatMap((name) => {
    const window = queries.shortWindows(name)?.find((one) => one.windowMs === windowMs);
    return window === undefined ? [] : [[name, window] as const];
  });
}

const NO_MONEY: Totals = { orders: 0, totalCents: 0, longCents: 0, shortCents: 0 };

function sum(left: Totals, right: Totals): Totals {
  return {
    orders: left.orders + right.orders,
    totalCents: left.totalCents + right.totalCents,
    longCents: left.longCents + right.longCents,
    shortCents: left.shortCents + right.shortCents,
  };
}

/** Of one venue only money and orders are kept in short windows, longs and shorts together. */
function totalsOf(window: ShortWindow, venue: string | null): Totals {
  const { orders, totalCents, longCents, shortCents } = window;
  if (venue === null) return { orders, totalCents, longCents, shortCents };
  const part = window.byVenue.find(({ name }) => name === venue);
  if (part === undefined) return NO_MONEY;
  return { ...NO_MONEY, orders: part.orders, totalCents: part.notionalCents };
}

function descending(parts: readonly NamedTotals[]): readonly NamedTotals[] {
  return [...parts].sort((a, b) => b.totalCents - a.totalCents || (a.name < b.name ? -1 : 1));
}
