/**
 * The words of stories: incidents of one asset that overlap are told in one message per target, those
 * of the market in another (SPEC 7). Plain data, as the store keeps it.
 */
import type { Decision, FoldedScope, Snapshot } from "./alert.ts";
import { SEVERITIES, type Severity } from "./rule.ts";

/** What a running incident shows besides its highest figure: the window as it is now. */
export interface Present {
  readonly atMs: number;
  /** The metric's figure, as in `Decision.value`. */
  readonly value: number;
  readonly longCents: number;
  readonly shortCents: number;
  readonly orders: number;
  /** All rows since the incident began. */
  readonly sinceStart: Pick<Snapshot, "longCents" | "shortCents" | "orders">;
  /** False when the figure has fallen under the lowest threshold. */
  readonly isOverLow: boolean;
}

/** One alert of an incident, as a list of them names it. */
export interface ToldAlert {
  readonly atMs: number;
  readonly severity: Severity;
  readonly decision: "opened" | "escalated" | "reopened";
}

export interface StoryIncident {
  readonly incidentId: string;
  /** Place of its rule in the configuration: of two that are equally severe the first leads. */
  readonly ruleIndex: number;
  /** The highest severity told. */
  readonly severity: Severity;
  /** Its highest figure so far, with the window and the coverage of that moment. */
  readonly highest: Decision;
  /** null before the first look, and when it has calmed. */
  readonly present: Present | null;
  /** Oldest first, the newest few. */
  readonly alerts: readonly ToldAlert[];
  /** null while it runs. */
  readonly end: StoryIncidentEnd | null;
}

export interface StoryIncidentEnd {
  readonly atMs: number;
  /** The whole incident; null when its rule was taken away, so that no decision ended it. */
  readonly decision: Decision | null;
}

/** What one target was told of a story. */
export interface Telling {
  /** Those that were routed to the target; its messages show no others. */
  readonly incidentIds: readonly string[];
  /** The highest severity told to it. */
  readonly severity: Severity;
  /** New messages asked for so far: the last of them is the one that is edited. */
  readonly messages: number;
  /** When the last of them was asked for. */
  readonly newAtMs: number;
}

export interface Story {
  /** The id of the incident that began it. */
  readonly story: string;
  /** null = the market. */
  readonly asset: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** In order of their first alert. */
  readonly incidents: readonly StoryIncident[];
  readonly told: Readonly<Record<string, Telling>>;
  /** Alerts of assets that the market's story stands for, in order of their first time. */
  readonly folded: readonly FoldedScope[];
  /** The incident of the market in whose story this one goes on; null = it is told by itself. */
  readonly foldedInto: string | null;
  /** Forced deleveraging and take-overs by a backstop, of the same time; no part of any sum. */
  readonly otherKinds: { readonly deleverageCents: number; readonly backstopCents: number };
}

/** A story as it is to be stored. */
export interface StoryRecord {
  readonly story: Story;
  /** An ended story may go on until then, and is kept in memory so long. */
  readonly keptUntilMs: number | null;
  /** Its figures changed: messages that show it want another revision although no alert is new. */
  readonly hasNewFigures: boolean;
}

/** The figures of a running incident. */
export interface RunningFigures {
  readonly present: Present;
  /** What it keeps from being told, where it is the whole market's. */
  readonly held: readonly FoldedScope[];
  /** The same with window and coverage, in the shape of a decision that nobody took. */
  asDecision(): Decision;
}

/** `story.target.1`, safe as a file name and as a job id: other characters as `_` and hex. */
export function deliveryId(
  story: string,
  { target, messageNumber }: { readonly target: string; readonly messageNumber: number },
): string {
  return `${safe(story)}.${safe(target)}.${messageNumber}`;
}

function safe(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/gu, (char) => `_${char.codePointAt(0)?.toString(16)}_`);
}

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The part of a story that a target is told. */
export function toldIncidents(story: Story, target: string): readonly StoryIncident[] {
  const ids = new Set(story.told[target]?.incidentIds);
  return story.incidents.filter(({ incidentId }) => ids.has(incidentId));
}

/** The incident that stands in the first line: what runs before what has calmed, then severity. */
export function headlineOf(incidents: readonly StoryIncident[]): StoryIncident | null {
  const [first = null] = [...incidents].sort(
    (left, right) =>
      Number(left.end !== null) - Number(right.end !== null) ||
      severityRank(right.severity) - severityRank(left.severity) ||
      left.ruleIndex - right.ruleIndex,
  );
  return first;
}
