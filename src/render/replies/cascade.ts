/** The answers to `/cascade`: one asset, or all that run. Pure. */
import type { AssetScores, Cascade, CascadeState } from "../../cascade.ts";
import type { FeedState, IncidentState } from "../../queries.ts";
import { centsOfUsd, formatUsd } from "../money.ts";
import { formatPrice, formatShare, formatSignedPercent } from "../numbers.ts";
import type { Reply } from "../reply.ts";
import { scoreText } from "../score.ts";
import { leaning } from "../subject.ts";
import { alignedTable } from "../table.ts";
import { formatDuration, formatInstant, formatSpan, formatWindow } from "../times.ts";
import { countPhrase } from "./phrases.ts";
import { isSeen, type SightOptions, sightOf } from "./sight.ts";

export interface CascadeOptions extends SightOptions {
  readonly titleOf: (venue: string) => string;
  /** The open incident of `market-wide`; null = none is open. */
  readonly market: IncidentState | null;
}

export interface AssetCascadeOptions extends CascadeOptions {
  readonly state: CascadeState;
  /** The open incidents of the asset, as they are named in messages. */
  readonly incidents: readonly string[];
  /** null = no row of the asset was ever taken in. */
  readonly scores: AssetScores | null;
}

/** Names listed one by one. */
const NAMES_MAX = 12;

/** `/cascade btc`. */
export function cascadeReply(options: AssetCascadeOptions): Reply {
  const { state } = options;
  const { running, last, asset } = state;
  const sight = sightOf(options);
  if (running !== null) return runningReply(running, options);
  if (sight.isBlind) {
    const lines = last === null ? [] : [lastLine(last, options)];
    return { title: `${asset}: cannot say`, warnings: [sight.cannotSay], table: [], lines };
  }
  const lines = [windowLine(state), ...signalLine(options)];
  if (last !== null) lines.push(lastLine(last, options));
  lines.push(judgedLine(options));
  return { title: `${asset}: no cascade now`, warnings: sight.warnings, table: [], lines };
}

export interface CascadesOptions extends CascadeOptions {
  /** Those that run, most money first. */
  readonly running: readonly CascadeState[];
  /** Assets whose alerts the market's incident holds back now. */
  readonly held: readonly string[];
}

/** `/cascade`: every asset that is in cascade. */
export function cascadesReply(options: CascadesOptions): Reply {
  const { running, nowMs, titleOf } = options;
  const sight = sightOf(options);
  const lines = [marketLine(options), judgedLine(options)];
  if (running.length === 0) {
    if (sight.isBlind) {
      return { title: "Cascades: cannot say", warnings: [sight.cannotSay], table: [], lines: [] };
    }
    return { title: "No cascade now", warnings: sight.warnings, table: [], lines };
  }
  const rows = running.slice(0, NAMES_MAX).map(({ asset, window, running: one }) => {
    const cents = window === null ? 0 : window.longCents + window.shortCents;
    const since = one === null ? "" : formatInstant(one.startMs, nowMs).replace(" UTC", "");
    const first = one?.firstVenue ?? null;
    const venue = first === null ? "" : `${titleOf(first)} first`;
    return [asset, formatUsd(cents), window === null ? "" : sideText(window), since, venue];
  });
  const head = ["", formatWindow(running[0]?.line.windowMs ?? 0), "", "since", ""];
  const table = alignedTable([head, ...rows], ["left", "right", "right", "right", "left"]);
  const more = running.length - rows.length;
  if (more > 0) lines.unshift(`${more} others with less`);
  return { title: `In cascade now: ${running.length}`, warnings: sight.warnings, table, lines };
}

function runningReply(running: Cascade, options: AssetCascadeOptions): Reply {
  const { state, nowMs, incidents, market } = options;
  const sight = sightOf(options);
  const { window, line, asset } = state;
  const leant = window === null ? null : leaning(window);
  const cents = window === null ? 0 : window.longCents + window.shortCents;
  const what = leant === null ? "longs and shorts" : `${leant}s`;
  const span = formatWindow(line.windowMs);
  const since = `${formatInstant(running.startMs, nowMs)} (${formatDuration(nowMs - running.startMs)})`;
  const peak = `peak ${formatUsd(running.peakCents)} in ${span} at ${formatInstant(running.peakAtMs, nowMs)}`;
  const lines = [
    [...effectOf(leant), ...priceText(running)].join(" · "),
    `In cascade since ${since}: ${figuresText(running, options)}, ${peak}`,
  ].filter((text) => text !== "");
  lines.push(...signalLine(options));
  if (incidents.length > 0) lines.push(`Its alert is ${incidents.join(", ")}, kept up to date`);
  else if (market !== null) lines.push(marketLine({ ...options, held: [] }));
  lines.push(judgedLine(options));
  const title = `${asset} ${what} liquidated: ${formatUsd(cents)} in ${span} (cascade)`;
  return { title, warnings: sight.warnings, table: [], lines };
}

/** `Signal ALERT (0.62): pace 0.81 · ...`. The risk score is for the API and the log. */
function signalLine({ scores }: AssetCascadeOptions): readonly string[] {
  return scores === null ? [] : [`Signal ${scoreText(scores.cascade)}`];
}

/** `Forced selling`: what closing these positions does to the market. */
function effectOf(leant: "long" | "short" | null): readonly string[] {
  if (leant === null) return [];
  return [leant === "long" ? "Forced selling" : "Forced buying"];
}

function priceText({ figures }: Cascade): readonly string[] {
  const { priceFirst, priceLast, priceChangePct } = figures;
  if (priceFirst === null || priceLast === null || priceChangePct === null) return [];
  const prices = `${formatPrice(priceFirst)} → ${formatPrice(priceLast)}`;
  return [`${prices} (${formatSignedPercent(priceChangePct)})`];
}

/** `Last 60 s $84K, 3 liquidations (line: $1.20M and 5)`. */
function windowLine({ window, line }: CascadeState): string {
  const cents = window === null ? 0 : window.longCents + window.shortCents;
  const from = `(line: ${formatUsd(centsOfUsd(line.usd))} and ${line.orders})`;
  const orders = countPhrase(window?.orders ?? 0);
  return `Last ${formatWindow(line.windowMs)} ${formatUsd(cents)}, ${orders} ${from}`;
}

/** `Last one: 09:12 – 09:21 UTC, $19.3M, 91% longs, Bybit first, 5 of 7 venues, price -1.4%`. */
function lastLine(last: Cascade, options: AssetCascadeOptions): string {
  const endMs = last.endMs ?? options.nowMs;
  const day = Math.floor(endMs / DAY_MS) === Math.floor(options.nowMs / DAY_MS) ? "today " : "";
  const when =
    day === ""
      ? `${formatInstant(last.startMs, options.nowMs)} to ${formatInstant(endMs, options.nowMs)}`
      : `${day}${formatSpan(last.startMs, endMs)}`;
  const { priceChangePct } = last.figures;
  const price = priceChangePct === null ? "" : `, price ${formatSignedPercent(priceChangePct)}`;
  return `Last one: ${when}, ${figuresText(last, options)}${price}`;
}

const DAY_MS = 86_400_000;

/** `$19.3M, 91% longs, Bybit first, 5 of 7 venues`. */
function figuresText({ figures, firstVenue }: Cascade, options: CascadeOptions): string {
  const texts = [formatUsd(figures.longCents + figures.shortCents), sideText(figures)];
  if (firstVenue !== null) texts.push(`${options.titleOf(firstVenue)} first`);
  const venues = Math.max(figures.byVenue.length, judged(options).length);
  texts.push(`${figures.byVenue.length} of ${venues} venues`);
  return texts.join(", ");
}

function sideText({ longCents, shortCents }: Pick<Cascade["figures"], "longCents" | "shortCents">) {
  const isLong = longCents >= shortCents;
  const share = formatShare(isLong ? longCents : shortCents, longCents + shortCents);
  return `${share} ${isLong ? "longs" : "shorts"}`;
}

/** What is said of the whole market, in a line. */
function marketLine({ market, held, nowMs }: Pick<CascadesOptions, "market" | "held" | "nowMs">) {
  if (market === null) return "No cascade of the whole market";
  const name = market.number === null ? "" : ` #${market.number}`;
  const since = formatInstant(market.startedAtMs, nowMs);
  const start = `The whole market is in cascade since ${since}:${name} (${market.severity})`;
  if (held.length === 0) return start;
  const names = held.slice(0, NAMES_MAX).join(", ");
  const rest = held.length > NAMES_MAX ? ` and ${held.length - NAMES_MAX} others` : "";
  return `${start}; it stands for alerts of ${names}${rest}`;
}

/** Feeds of which a cascade is judged: a sample is no part of it. */
function judged({ feeds, samples }: Pick<SightOptions, "feeds" | "samples">): readonly FeedState[] {
  return feeds.filter(({ venue }) => !samples.includes(venue));
}

/** `Judged on 12 of 13 feeds (Gate down)`. */
function judgedLine(options: Pick<SightOptions, "feeds" | "samples">): string {
  const feeds = judged(options);
  const dark = feeds.filter((feed) => !isSeen(feed)).map(({ title }) => title);
  const seen = feeds.length - dark.length;
  if (dark.length === 0) return `Judged on all ${feeds.length} feeds`;
  const names = dark.slice(0, NAMES_MAX).join(", ");
  return `Judged on ${seen} of ${feeds.length} feeds (${names} not seen)`;
}
