/** The first line: the push notification. Sixty characters must say all of it. Pure. */
import type { Decision } from "../alert.ts";
import { isPartial } from "../coverage.ts";
import type { PositionSide } from "../liquidation.ts";
import { formatScore, formatTimes } from "./figure.ts";
import { centsOfUsd, formatUsd, formatUsdPerSecond } from "./money.ts";
import { formatCount, formatShare, formatSignedPercent } from "./numbers.ts";
import { leaning, sideOf, subjectOf, type VenueNotes, venueTitle } from "./subject.ts";
import { formatDuration, formatWindow, formatWindowShort } from "./times.ts";

/** What a phone shows of a notification, in characters. */
export const TITLE_CHARS = 60;

/** Said first, so that nobody takes a screenshot of a demo for news. */
export type Label = "SIMULATION" | "REPLAY" | "TEST";

/** How much a title is shortened: 0 = not at all. */
type Shortening = 0 | 1 | 2 | 3 | 4 | 5;

interface TitleContext {
  readonly label: Label | null;
  readonly isDelayed: boolean;
  readonly venueNotes: VenueNotes;
}

/** The fullest wording that fits; names longer than usual may still overflow. */
export function titleOf(decision: Decision, context: TitleContext): string {
  let title = "";
  for (const shortening of [0, 1, 2, 3, 4, 5] as const) {
    title = [...prefix(decision, context, shortening), body(decision, context, shortening)].join(
      " ",
    );
    // By code points: an emoji is one character to a reader.
    if ([...title].length <= TITLE_CHARS) break;
  }
  return title;
}

function prefix(decision: Decision, context: TitleContext, shortening: Shortening): string[] {
  const words: string[] = [];
  if (context.label !== null) words.push(context.label);
  if (context.isDelayed) words.push("DELAYED");
  const isPlain = decision.decision === "resolved" || shortening >= 1;
  if (!isPlain) words.push(emoji(context.label === null ? sideOf(decision) : null));
  return words;
}

function emoji(positionSide: PositionSide | null): string {
  if (positionSide === null) return "⚪";
  return positionSide === "long" ? "🔴" : "🟢";
}

function body(decision: Decision, context: TitleContext, shortening: Shortening): string {
  if (decision.decision === "resolved") return calmed(decision, context, shortening);
  const { value, window } = decision;
  const span =
    shortening >= 2 ? formatWindowShort(decision.windowMs) : formatWindow(decision.windowMs);
  const end = `(${decision.severity}${partialMark(decision)})`;
  if (decision.metric === "largestUsd") return `${largest(decision, context, shortening)} ${end}`;
  if (decision.metric === "openInterestDropPct") {
    const money = shortening >= 3 ? "" : `, ${formatUsd(window.longCents + window.shortCents)}`;
    const verb = shortening >= 1 || money === "" ? "" : " liquidated";
    const fall = `open interest ${formatSignedPercent(-value)} in ${span}`;
    return `${name(decision)} ${fall}${money}${verb} ${end}`;
  }
  const verb = shortening >= 4 ? "" : " liquidated";
  const start = `${who(decision, shortening)}${verb}${place(decision, context)}:`;
  if (decision.metric === "usdPerSecond") {
    return `${start} ${formatUsdPerSecond(value)} for ${span} ${end}`;
  }
  if (decision.metric === "count") {
    const money = `, ${formatUsd(window.longCents + window.shortCents)}`;
    return `${start} ${formatCount(value)} in ${span}${shortening >= 5 ? "" : money} ${end}`;
  }
  if (decision.metric === "timesNormal") {
    const usual = shortening >= 5 ? "" : `, ${formatTimes(value)} usual`;
    return `${start} ${formatUsd(window.longCents + window.shortCents)} in ${span}${usual} ${end}`;
  }
  if (decision.metric === "cascadeScore" || decision.metric === "riskScore") {
    const word = decision.metric === "cascadeScore" ? "signal" : "risk";
    const score = shortening >= 5 ? "" : `, ${word} ${formatScore(value)}`;
    return `${start} ${formatUsd(window.longCents + window.shortCents)} in ${span}${score} ${end}`;
  }
  return `${start} ${formatUsd(centsOfUsd(value))} in ${span} ${end}`;
}

/** Said in the first line: the figure is of a part of the usual volume. */
function partialMark({ coverage: { figure } }: Decision): string {
  return figure !== undefined && isPartial(figure) ? ", partial" : "";
}

function name(decision: Decision): string {
  return subjectOf(decision).asset ?? "MARKET";
}

function who(decision: Decision, shortening: Shortening): string {
  const leant = sideOf(decision);
  const both = shortening >= 3 ? "longs+shorts" : "longs and shorts";
  return `${name(decision)} ${leant === null ? both : `${leant}s`}`;
}

function place(decision: Decision, context: TitleContext): string {
  const { venue } = subjectOf(decision);
  return venue === null ? "" : ` on ${venueTitle(venue, context.venueNotes)}`;
}

function largest(decision: Decision, context: TitleContext, shortening: Shortening): string {
  const row = decision.window.largest;
  const money = formatUsd(centsOfUsd(decision.value));
  if (row === null) return `${name(decision)} largest liquidation: ${money}`;
  const asset = row.asset ?? name(decision);
  const where = shortening >= 4 ? "" : ` on ${venueTitle(row.venue, context.venueNotes)}`;
  return `One ${asset} ${row.positionSide} liquidated: ${money}${where}`;
}

function calmed(decision: Decision, context: TitleContext, shortening: Shortening): string {
  const { positionSide } = subjectOf(decision);
  const what = positionSide === null ? "liquidations" : `${positionSide} liquidations`;
  const { longCents, shortCents } = decision.window;
  const total = longCents + shortCents;
  const took = formatDuration(decision.atMs - decision.incidentStartMs);
  const start = `${name(decision)} ${what}${place(decision, context)} calmed`;
  const mark = partialMark(decision);
  if (total === 0) return `${start} after ${took}${mark}`;
  const text = `${start}: ${formatUsd(total)} in ${took}${mark}`;
  const leant = positionSide === null ? leaning(decision.window) : null;
  if (leant === null || shortening >= 2) return text;
  return `${text}, ${formatShare(leant === "long" ? longCents : shortCents, total)} ${leant}s`;
}
