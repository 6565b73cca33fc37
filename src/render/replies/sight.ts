/** What an answer could and could not see, said before and after its figures. Pure. */
import { type Coverage, isPartial } from "../../coverage.ts";
import type { VenueId } from "../../liquidation.ts";
import type { DaemonStatus, FeedState, Totals } from "../../queries.ts";
import { seenText } from "../coverage.ts";
import { formatUsd } from "../money.ts";
import { formatDuration, formatInstant, formatWindow, formatWindowShort } from "../times.ts";

/** How much of the usual volume one of the windows of an answer saw. */
export interface SeenWindow {
  readonly windowMs: number;
  readonly coverage: Coverage;
}

export interface SightOptions {
  readonly status: DaemonStatus;
  readonly feeds: readonly FeedState[];
  /** Venues that show only a sample of their liquidations. */
  readonly samples: readonly VenueId[];
  readonly nowMs: number;
  /** null = all venues. */
  readonly venue: VenueId | null;
  /** Since when anything is watched; null = not yet. */
  readonly watchedSinceMs: number | null;
  /** The windows whose figures are shown. */
  readonly seen: readonly SeenWindow[];
}

export interface Sight {
  /** The venues with most of the usual volume are all dark: an empty figure means nothing. */
  readonly isBlind: boolean;
  /** Before a figure: what it misses; empty when enough is seen. */
  readonly warnings: readonly string[];
  /** Instead of a figure: why there is none. */
  readonly cannotSay: string;
  /** After a figure: what subscribed feeds do not show, and what little was missed. */
  readonly bound: string;
}

/** Words of a feed that leaves nothing out. */
const SHOWS_ALL = /^(?:all|every)\b/;

/** What can be said about figures over these venues just now. */
export function sightOf(options: SightOptions): Sight {
  const { status, venue, nowMs } = options;
  const feeds = options.feeds.filter((feed) => venue === null || feed.venue === venue);
  const dark = feeds.filter((feed) => !isSeen(feed));
  const worst = worstOf(options.seen);
  const isAllDark = dark.length === feeds.length;
  const isWholeDark = status.role !== "deciding" || isAllDark;
  const isBlind = isWholeDark || worst?.coverage.isBlind === true;
  const matters = ({ venue: id }: FeedState) => worst?.coverage.missing.includes(id) ?? true;
  const named = (isAllDark ? dark : dark.filter(matters)).map((feed) => darkWords(feed, nowMs));
  const known = named.length > 0 ? named.join("; ") : justBack(feeds.filter(matters));
  const why = blindWords(status) ?? (feeds.length === 0 ? "no feed is on" : known);
  const limits = boundOf(feeds, options.samples);
  const cannotSay = `Cannot say: ${why}.`;
  if (isBlind) {
    const isMostlySeen = worst !== null && !isPartial(worst.coverage);
    const ending = isWholeDark ? "Nothing is seen now" : "Cannot say what happens now";
    const warning =
      isWholeDark || isMostlySeen
        ? `${ending}: ${why}. Figures end there.`
        : `Cannot say how much: ${why}. What follows is far too low.`;
    return { isBlind, bound: limits, cannotSay, warnings: [warning] };
  }
  const missed = missedWords(worst, options.seen.length, named);
  if (worst !== null && isPartial(worst.coverage)) {
    return { isBlind, bound: limits, cannotSay, warnings: [`Partial: ${missed}.`] };
  }
  const bound = missed === "" ? limits : `${missed}. ${limits}`;
  return { isBlind, bound, cannotSay, warnings: [] };
}

/** The window of which least was seen. */
function worstOf(seen: readonly SeenWindow[]): SeenWindow | null {
  const known = seen.filter(({ coverage }) => coverage.pct !== null || coverage.isBlind);
  const [first = null, ...rest] = known;
  return rest.reduce<SeenWindow | null>((worst, one) => {
    return (one.coverage.pct ?? 0) < (worst?.coverage.pct ?? 0) ? one : worst;
  }, first);
}

/** `43% of the usual volume was seen in 1 h; Gate not seen since 09:14 UTC`; empty = all was. */
function missedWords(worst: SeenWindow | null, windows: number, dark: readonly string[]): string {
  if (worst === null || worst.coverage.pct === null || worst.coverage.isFull)
    return dark.join("; ");
  const { windowMs, coverage } = worst;
  const where = windows > 1 ? ` in ${formatWindow(windowMs)}` : "";
  return [seenText(coverage, where), ...dark].join("; ");
}

/** Subscribed, and what arrives is understood. */
export function isSeen({ condition, degraded }: FeedState): boolean {
  return condition === "subscribed" && degraded === null;
}

/** Seen, and by connections that hold. */
export function isWell(feed: FeedState): boolean {
  return isSeen(feed) && feed.unsteady === null;
}

/** Why a process as a whole sees nothing; null when it does. */
function blindWords({ role }: DaemonStatus): string | null {
  if (role === "starting") return "the stored rows are being read back";
  return role === "standby" ? "this process stands by, another one decides" : null;
}

/** `Bybit not seen since 14:03 UTC (2 min)`. */
function darkWords(feed: FeedState, nowMs: number): string {
  const { title, condition, degraded } = feed;
  if (condition === "connecting" && feed.rows === 0) return `${title} not connected yet`;
  const isUnread = condition === "subscribed" && degraded !== null;
  const sinceMs = isUnread ? degraded.sinceMs : feed.sinceMs;
  const since = `${formatInstant(sinceMs, nowMs)} (${formatDuration(nowMs - sinceMs)})`;
  return `${title} ${isUnread ? "cannot be read" : "not seen"} since ${since}`;
}

/** Dark at the end of a window that is read a little behind the clock, and subscribed by now. */
function justBack(feeds: readonly FeedState[]): string {
  return `${feeds.map(({ title }) => title).join(", ")} only just back`;
}

/** A sample is named by itself: its money stands in a sum that is no sum of it. */
function boundOf(feeds: readonly FeedState[], samples: readonly VenueId[]): string {
  const sampled = feeds.filter(({ venue }) => samples.includes(venue)).map(({ title }) => title);
  const mark = sampled.length === 0 ? "" : ` Only a sample, not a total: ${sampled.join(", ")}.`;
  const limits = feeds
    .filter(({ venue, shows }) => !SHOWS_ALL.test(shows) && !samples.includes(venue))
    .map(({ title, shows }) =>
      shows.startsWith("not ")
        ? `${title} does not show ${shows.slice(4)}`
        : `${title} shows ${shows}`,
    );
  const words = limits.length === 0 ? "venues need not publish everything" : limits.join("; ");
  return `Lower bound: ${words}.${mark}`;
}

/** Windows that began before the watching did hold less than their name says; null = none does. */
export function shortOfWatching(
  windowsMs: readonly number[],
  watchedSinceMs: number | null,
  nowMs: number,
): string | null {
  if (watchedSinceMs === null) return null;
  const watchedMs = nowMs - watchedSinceMs;
  const short = windowsMs.filter((windowMs) => windowMs > watchedMs).map(formatWindowShort);
  if (short.length === 0) return null;
  const since = `${formatInstant(watchedSinceMs, nowMs)} (${formatDuration(watchedMs)})`;
  return `Watching since ${since}: ${short.join(", ")} may miss what came before.`;
}

/** Total, longs and shorts as cells; an empty figure of somebody who cannot see is none. */
export function totalsCells(totals: Totals, sight: Pick<Sight, "isBlind">): readonly string[] {
  const { totalCents, longCents, shortCents } = totals;
  const isUnknown = sight.isBlind && totalCents === 0;
  const cell = (cents: number) => (isUnknown ? "?" : formatUsd(cents));
  return [cell(totalCents), cell(longCents), cell(shortCents)];
}
