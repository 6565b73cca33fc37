/** What a decision does to the incidents of a story. Pure. */
import type { Decision } from "../alert.ts";
import { subjectOf } from "../render/subject.ts";
import { type Story, type StoryIncident, severityRank, type ToldAlert } from "../story.ts";

/** Alerts of one incident that its messages may name; older ones are left out. */
const ALERTS_MAX = 6;

/** A story that no incident is in yet. */
export function newStory(decision: Decision): Story {
  const { incidentId, atMs } = decision;
  return {
    // What reopens after its story was forgotten must not be taken for that story.
    story: decision.decision === "opened" ? incidentId : `${incidentId}-${atMs}`,
    asset: subjectOf(decision).asset,
    startedAtMs: decision.incidentStartMs,
    endedAtMs: null,
    incidents: [],
    told: {},
    ...{ folded: [], foldedInto: null },
    otherKinds: { deleverageCents: 0, backstopCents: 0 },
  };
}

/** The story with the incident of a decision as it is after it. */
export function afterDecision(story: Story, decision: Decision, ruleIndex: number): Story {
  const before = story.incidents.find(({ incidentId }) => incidentId === decision.incidentId);
  const known = before ?? {
    ...{ incidentId: decision.incidentId, severity: decision.severity, highest: decision },
    ...{ alerts: [], present: null, end: null },
  };
  return withIncident(story, { ...after(known, decision), ruleIndex });
}

type Known = Omit<StoryIncident, "ruleIndex">;

function after(before: Known, decision: Decision): Known {
  const { atMs, severity, decision: kind } = decision;
  if (kind === "suppressed") return before;
  if (kind === "resolved") return { ...before, present: null, end: { atMs, decision } };
  const alert: ToldAlert = { atMs, severity, decision: kind };
  return {
    ...before,
    severity: severityRank(severity) > severityRank(before.severity) ? severity : before.severity,
    highest: decision.value >= before.highest.value ? decision : before.highest,
    alerts: [...before.alerts, alert].slice(-ALERTS_MAX),
    end: null,
  };
}

/** The story with this incident in its place, and with its end where it was the last to run. */
export function withIncident(story: Story, incident: StoryIncident): Story {
  const { incidentId } = incident;
  const isKnown = story.incidents.some((one) => one.incidentId === incidentId);
  const incidents = isKnown
    ? story.incidents.map((one) => (one.incidentId === incidentId ? incident : one))
    : [...story.incidents, incident];
  const ends = incidents.map(({ end }) => end?.atMs ?? Number.POSITIVE_INFINITY);
  const endedAtMs = Math.max(...ends);
  return {
    ...story,
    incidents,
    endedAtMs: endedAtMs === Number.POSITIVE_INFINITY ? null : endedAtMs,
  };
}

/** Targets that were told of an incident. */
export function targetsToldOf(story: Story, incidentId: string): readonly string[] {
  return Object.entries(story.told)
    .filter(([, { incidentIds }]) => incidentIds.includes(incidentId))
    .map(([target]) => target);
}
