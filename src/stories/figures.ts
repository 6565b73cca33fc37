/** Brings a running story's figures up to the present. Pure. */
import type { Present, RunningFigures, Story, StoryIncident } from "../story.ts";

type RunningOf = (rule: string, scopeKey: string, incidentId: string) => RunningFigures | null;

/** null when no figure has changed. */
export function refreshed(story: Story, running: RunningOf): Story | null {
  let folded = story.folded;
  const incidents = story.incidents.map((incident) => {
    const { highest, incidentId, end } = incident;
    if (end !== null) return incident;
    const figures = running(highest.rule, highest.scopeKey, incidentId);
    if (figures !== null && figures.held.length > 0) folded = figures.held;
    return withFigures(incident, figures);
  });
  const isOther = incidents.some((incident, index) => incident !== story.incidents[index]);
  // What is held back is replaced when it changes, never changed.
  return isOther || folded.length !== story.folded.length ? { ...story, incidents, folded } : null;
}

function withFigures(incident: StoryIncident, figures: RunningFigures | null): StoryIncident {
  const { highest } = incident;
  if (figures === null || isEqual(figures.present, incident.present)) return incident;
  const { present } = figures;
  const isHigher = present.value > highest.value;
  return { ...incident, present, highest: isHigher ? figures.asDecision() : highest };
}

/** The moment alone is no change. */
function isEqual(left: Present, right: Present | null): boolean {
  return (
    right !== null &&
    left.value === right.value &&
    left.longCents === right.longCents &&
    left.shortCents === right.shortCents &&
    left.orders === right.orders &&
    left.sinceStart.orders === right.sinceStart.orders &&
    left.sinceStart.longCents === right.sinceStart.longCents &&
    left.sinceStart.shortCents === right.sinceStart.shortCents
  );
}
