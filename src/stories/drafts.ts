/** The rows that tell a decision to one target. Pure. */
import type { Decision, DeliveryDraft } from "../alert.ts";
import { deliveryId, type Story, severityRank, type Telling, toldIncidents } from "../story.ts";
import { dueAtMs, SUMMARY_NUMBER } from "./telling.ts";

/** The message that is to tell it, new or grown: the store knows which. */
export function toldDraft(story: Story, target: string, decision: Decision): DeliveryDraft | null {
  const telling = story.told[target];
  return telling === undefined ? null : alertDraft(story, { target, telling, decision });
}

/** The end of an incident, and of all that the target was told: then a summary, if it was serious. */
export function endDrafts(
  story: Story,
  target: string,
  decision: Decision,
): readonly DeliveryDraft[] {
  const telling = story.told[target];
  if (telling === undefined) return [];
  const last = { ...alertDraft(story, { target, telling, decision }), isEnd: true };
  const isOver = toldIncidents(story, target).every(({ end }) => end !== null);
  const isSerious = severityRank(telling.severity) >= severityRank("HIGH");
  if (!isOver || !isSerious) return [last];
  const messageNumber = SUMMARY_NUMBER;
  const id = deliveryId(story.story, { target, messageNumber });
  // It has no hurry: whatever else the target is to be told goes first.
  const summary = { id, messageNumber, kind: "summary", severity: "LOW", isExempt: false } as const;
  return [last, { ...last, ...summary }];
}

function alertDraft(
  { story, asset }: Story,
  {
    target,
    telling,
    decision,
  }: { readonly target: string; readonly telling: Telling; readonly decision: Decision },
): DeliveryDraft {
  const { atMs, alertId } = decision;
  const { severity, messages: messageNumber } = telling;
  return {
    id: deliveryId(story, { target, messageNumber }),
    ...{ story, target, messageNumber, kind: "alert", alertIds: [alertId], atMs, severity },
    dueAtMs: dueAtMs({ severity, atMs }),
    isExempt: asset === null && severity === "CRITICAL",
  };
}
