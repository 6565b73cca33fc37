/** The honest line: what the figures of a message could not see. Pure. */
import type { Decision } from "../alert.ts";
import type { Coverage } from "../coverage.ts";
import type { VenueId } from "../liquidation.ts";
import { subjectOf, type VenueNote, type VenueNotes, venueTitle } from "./subject.ts";
import { formatDuration, formatInstant } from "./times.ts";

/** Venues named one by one; the rest is a number. */
const NAMED_MAX = 5;

/** Only what matters in this figure: venues with money in it, and the dark ones. Never empty. */
export function coverageOf(decision: Decision, notes: VenueNotes): string {
  const { watched, dark, behind = [], figure } = decision.coverage;
  const known = concerned(decision).flatMap((venue) => notes[venue] ?? []);
  // A sample comes first: the names at the end may be left out, and its money is part of the sum.
  const limits = [...known]
    .sort((left, right) => Number(isSample(right)) - Number(isSample(left)))
    .filter(({ completeness }) => completeness !== "complete")
    .map(({ title, completenessShort }) => limitText(title, completenessShort));
  const unseen = dark
    .filter(({ venue }) => isConcerned(decision, venue))
    .filter(({ venue }) => figure === undefined || figure.missing.includes(venue))
    .map(({ venue, sinceMs }) => {
      const since = sinceMs === null ? "yet" : `since ${formatInstant(sinceMs, decision.atMs)}`;
      return `${venueTitle(venue, notes)} ${sinceMs === null ? "not connected " : ""}${since}`;
    });
  const sentences = [
    limits.length === 0 ? "At least this much." : `At least this much: ${listed(limits)}.`,
  ];
  const late = behind
    .filter(({ venue }) => isConcerned(decision, venue))
    .map(({ venue, lagMs }) => `${venueTitle(venue, notes)} ${formatDuration(lagMs)} behind`);
  if (late.length > 0) sentences.push(`${listed(late)}.`);
  if (unseen.length > 0) sentences.push(`Not seen: ${listed(unseen)}.`);
  if (figure !== undefined && figure.pct !== null && !figure.isFull) {
    sentences.push(`${seenText(figure)}.`);
  } else if (watched.length + dark.length > 1 && subjectOf(decision).venue === null) {
    sentences.push(`${watched.length} of ${watched.length + dark.length} venues watched.`);
  }
  return sentences.join(" ");
}

function isSample({ completeness }: VenueNote): boolean {
  return completeness === "sample";
}

/** `43% of the usual volume was seen, by assumed shares of venues`. */
export function seenText({ pct, isAssumed }: Coverage, where = ""): string {
  const how = isAssumed ? ", by assumed shares of venues" : "";
  // A minute after the first start the 24 h figure has seen next to nothing, which is not nothing.
  const share = pct !== null && pct < 1 ? "Under 1%" : `${pct}%`;
  return `${share} of the usual volume was seen${where}${how}`;
}

/** `OKX does not show the total`, `Binance shows max 1 per symbol per second`. */
function limitText(title: string, short: string): string {
  return short.startsWith("not ")
    ? `${title} does not show ${short.slice(4)}`
    : `${title} shows ${short}`;
}

function concerned(decision: Decision): readonly VenueId[] {
  const inWindow = decision.window.byVenue
    .filter((part) => part.orders > 0)
    .map(({ name }) => name);
  const venues = inWindow.length > 0 ? inWindow : decision.coverage.watched;
  return venues.filter((venue) => isConcerned(decision, venue));
}

function isConcerned(decision: Decision, venue: VenueId): boolean {
  const only = subjectOf(decision).venue;
  return only === null || only === venue;
}

function listed(texts: readonly string[]): string {
  const named = texts.slice(0, NAMED_MAX);
  const rest = texts.length - named.length;
  return `${named.join("; ")}${rest > 0 ? `; ${rest} more` : ""}`;
}
