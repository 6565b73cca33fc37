/**
 * A story as one message: the most severe incident leads, the others are lines; what was told stays
 * true while it is edited. The first line keeps the highest figure, a line below says what it comes
 * to now. Pure.
 */
import type { Decision } from "../alert.ts";
import type { RenderedMessage } from "../notifiers/notifier.ts";
import {
  headlineOf,
  type Story,
  type StoryIncident,
  severityRank,
  toldIncidents,
} from "../story.ts";
import { coverageOf } from "./coverage.ts";
import { factsOf, fieldsOf, priceText } from "./facts.ts";
import { DELAYED_MS, effect, incidentHandle, lateText, type RenderOptions } from "./message.ts";
import { formatUsd } from "./money.ts";
import { formatShare } from "./numbers.ts";
import { sideOf, type VenueNotes } from "./subject.ts";
import { formatClock, formatInstant, formatWindow } from "./times.ts";
import { titleOf } from "./title.ts";

/** Incidents beside the leading one that get a line; the rest is a number. */
const OTHERS_MAX = 4;
/** Numbers of incidents, and alerts, that the last line names. */
const HANDLES_MAX = 3;
const ALERTS_MAX = 4;
/** Assets named among those that a market's story folds in. */
const FOLDED_MAX = 8;
/** From this share of the liquidated money on, other ways of closing positions get a line. */
const OTHER_KINDS_SHARE = 0.1;

/** The row that a story is shown by. */
export interface ShownStory {
  readonly about: Story;
  readonly target: string;
  /** Messages of the story that the target had before this one. */
  readonly earlier: number;
  readonly kind: "alert" | "summary";
  readonly isContinued: boolean;
  /** The alerts that it tells, oldest first, and how many of them were seen already. */
  readonly decisions: readonly Decision[];
  readonly shownAlerts: number;
  readonly incidentNumbers: Readonly<Record<string, number>>;
}

export type StoryOptions = Omit<RenderOptions, "incidentNumber">;

/** null when the target was told of none of its incidents. */
export function renderStory(shown: ShownStory, options: StoryOptions): RenderedMessage | null {
  const { about, target, decisions, kind } = shown;
  const incidents = toldIncidents(about, target);
  const lead = headlineOf(incidents);
  if (lead === null) return null;
  const { label, venueNotes, nowMs } = options;
  const isOver = incidents.every(({ end }) => end !== null);
  const decision = shownDecision(lead);
  const lateMs = untoldSinceMs(shown);
  const isDelayed = lateMs !== null && nowMs - lateMs > DELAYED_MS;
  const late = isDelayed ? [lateText(lateMs ?? nowMs, nowMs)] : [];
  const severity = about.told[target]?.severity ?? lead.severity;
  const isQuiet = isOver || kind === "summary";
  return {
    title: titleOf(decision, { label, isDelayed, venueNotes }),
    lines: [...linesOf(about, { lead, incidents, isOver }, venueNotes), ...late],
    fields: fieldsOf(decision, venueNotes),
    facts: factsOf(decision, venueNotes),
    coverage: coverageOf(decision, venueNotes),
    footer: footerOf(shown, { lead, incidents, isOver }),
    atMs: isOver ? (about.endedAtMs ?? decision.atMs) : (lead.present?.atMs ?? decision.atMs),
    tone: isOver || label !== null ? "neutral" : (sideOf(decision) ?? "neutral"),
    severity,
    isSilent: isQuiet || severityRank(severity) < severityRank(options.silentBelow),
    mayMention: !isQuiet && label === null && severity === "CRITICAL",
    alertIds: decisions.map(({ alertId }) => alertId),
    label,
    told: {
      type: "alert",
      number: handleOf(lead, shown.incidentNumbers),
      decisions: decisions.length === 0 ? [decision] : decisions,
    },
  };
}

interface View {
  readonly lead: StoryIncident;
  readonly incidents: readonly StoryIncident[];
  readonly isOver: boolean;
}

/** The highest figure with the severity told, or the whole incident when it has calmed. */
export function shownDecision({ highest, severity, end }: StoryIncident): Decision {
  if (end?.decision !== undefined && end.decision !== null) return end.decision;
  return { ...highest, severity };
}

/** The moment of the oldest alert that nobody has seen; null when all were seen. */
function untoldSinceMs({ decisions, shownAlerts }: ShownStory): number | null {
  const untold = decisions.slice(shownAlerts).filter(({ decision }) => decision !== "resolved");
  return untold[0]?.atMs ?? null;
}

function linesOf(about: Story, view: View, notes: VenueNotes): readonly string[] {
  const { lead, incidents, isOver } = view;
  const decision = shownDecision(lead);
  const price = priceText(decision, notes);
  const first = decision.decision === "resolved" ? [] : [`${effect(decision)}.`];
  if (price !== null) first.push(`${price}.`);
  const others = incidents.filter((one) => one !== lead && !isSameFigure(one, lead));
  return [
    ...(first.length === 0 ? [] : [first.join(" ")]),
    ...(lead.end === null ? presentLines(lead) : []),
    ...others.slice(0, OTHERS_MAX).map((one) => otherLine(one, notes)),
    ...(others.length > OTHERS_MAX ? [`${others.length - OTHERS_MAX} more of this asset.`] : []),
    ...otherKindsLine(about, decision),
    ...foldedLine(about),
    ...(isOver ? ["This says nothing about what comes next."] : []),
  ];
}

/** What it comes to now, where that is no longer what the first line says. */
function presentLines({ present, highest, alerts }: StoryIncident): readonly string[] {
  const last = alerts.at(-1);
  const again =
    last?.decision === "reopened"
      ? [`Running again since ${formatInstant(last.atMs, last.atMs)}.`]
      : [];
  if (present === null) return again;
  const windowCents = present.longCents + present.shortCents;
  const { sinceStart } = present;
  const wholeCents = sinceStart.longCents + sinceStart.shortCents;
  const began = formatInstant(highest.incidentStartMs, present.atMs);
  const parts: string[] = [];
  if (present.value < highest.value) {
    const fallen = present.isOverLow ? "" : ", quieter than the lowest level";
    parts.push(`Now ${formatUsd(windowCents)} in ${formatWindow(highest.windowMs)}${fallen}`);
  }
  if (wholeCents > windowCents) parts.push(`${formatUsd(wholeCents)} since ${began}`);
  return parts.length === 0 ? again : [...again, `${parts.join(" · ")}.`];
}

function otherLine(incident: StoryIncident, venueNotes: VenueNotes): string {
  const text = titleOf(shownDecision(incident), { label: null, isDelayed: false, venueNotes });
  return `Also: ${text.replace(/^\p{Extended_Pictographic}️? /u, "")}`;
}

/** Rules that measure the same of one scope, as `market` and `market-wide` do, say it once. */
function isSameFigure(left: StoryIncident, right: StoryIncident): boolean {
  const [one, other] = [left.highest, right.highest];
  const isSameRunning = (left.end === null) === (right.end === null);
  return (
    isSameRunning &&
    one.scopeKey === other.scopeKey &&
    one.metric === other.metric &&
    one.windowMs === other.windowMs
  );
}

/** Forced deleveraging and take-overs are no liquidations and in no sum; much of them is news. */
function otherKindsLine({ otherKinds, incidents }: Story, shown: Decision): readonly string[] {
  const { deleverageCents, backstopCents } = otherKinds;
  const wholes = incidents.map(({ present, end }) => {
    const sums = end?.decision?.window ?? present?.sinceStart;
    return sums === undefined ? 0 : sums.longCents + sums.shortCents;
  });
  const liquidated = Math.max(shown.window.longCents + shown.window.shortCents, ...wholes);
  if (deleverageCents + backstopCents < liquidated * OTHER_KINDS_SHARE) return [];
  const parts = [
    ...(deleverageCents > 0 ? [`${formatUsd(deleverageCents)} auto-deleveraged`] : []),
    ...(backstopCents > 0 ? [`${formatUsd(backstopCents)} taken over by a backstop`] : []),
  ];
  if (parts.length === 0) return [];
  const share = formatShare(deleverageCents + backstopCents, liquidated);
  return [`Besides, ${parts.join(" and ")} (${share} of the liquidated money, in no sum above).`];
}

function foldedLine({ folded }: Story): readonly string[] {
  if (folded.length === 0) return [];
  const names = [...new Set(folded.map(({ scopeKey }) => scopeKey))];
  const rest = names.length > FOLDED_MAX ? ` and ${names.length - FOLDED_MAX} others` : "";
  const alerts = folded.length === 1 ? "1 per-asset alert" : `${folded.length} per-asset alerts`;
  return [`${alerts} folded in here: ${names.slice(0, FOLDED_MAX).join(", ")}${rest}.`];
}

function footerOf(shown: ShownStory, view: View): string {
  const { about, earlier, kind, isContinued, incidentNumbers } = shown;
  const { incidents } = view;
  const handles = [...new Set(incidents.map((one) => handleOf(one, incidentNumbers)))];
  const more = handles.length > HANDLES_MAX ? ` +${handles.length - HANDLES_MAX}` : "";
  const { foldedInto } = about;
  const state =
    foldedInto === null
      ? stateOf(view, isContinued)
      : `goes on in #M-${incidentNumbers[foldedInto] ?? 0}`;
  const parts = [`#${handles.slice(0, HANDLES_MAX).join(" #")}${more}`, state];
  if (kind === "summary") parts.push("summary");
  else if (earlier > 0) parts.push(`message ${earlier + 1}`);
  return [...parts, ...alertsText(incidents)].join(" · ");
}

/** Only these words: an incident calms down; nobody is told that anything has ended well. */
function stateOf({ lead, isOver }: View, isContinued: boolean): string {
  if (isContinued) return "continued below";
  if (isOver) return "calmed";
  return lead.present?.isOverLow === false ? "settling" : "running";
}

/** `3 alerts: LOW 14:02, MEDIUM, HIGH 14:04`, the newest few; one alone needs no list. */
function alertsText(incidents: readonly StoryIncident[]): readonly string[] {
  const alerts = incidents.flatMap((one) => one.alerts).sort((a, b) => a.atMs - b.atMs);
  if (alerts.length < 2) return [];
  const newest = alerts.slice(-ALERTS_MAX);
  const texts = newest.map(({ severity, atMs }, index) => {
    const next = newest[index + 1];
    const isSameMinute = next !== undefined && formatClock(next.atMs) === formatClock(atMs);
    return isSameMinute ? severity : `${severity} ${formatClock(atMs)}`;
  });
  return [`${alerts.length} alerts: ${texts.join(", ")}`];
}

/** `A-20417`; numbers of incidents count from 1. */
export function handleOf(
  { incidentId, highest }: StoryIncident,
  numbers: Readonly<Record<string, number>>,
): string {
  return incidentHandle(highest, numbers[incidentId] ?? 0);
}
