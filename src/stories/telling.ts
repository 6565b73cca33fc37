/** Which message of a target tells an alert: an edit of the last one, or a new one. SPEC 7. Pure. */

import type { Severity } from "../rule.ts";
import { severityRank, type Telling } from "../story.ts";

/** An escalation this soon after a new message changes that message. */
export const NO_NEW_MESSAGE_MS = 20_000;
/** New messages of one story and target; a further one only for CRITICAL. */
export const MESSAGES_MAX = 2;
export const CRITICAL_MESSAGES_MAX = 3;
/** In the place of a message's number: the silent summary at the end. */
export const SUMMARY_NUMBER = 9;
/** LOW and MEDIUM wait this long for what follows before their first message goes out. */
export const SETTLE_MS = 3_000;

interface Alert {
  readonly incidentId: string;
  readonly severity: Severity;
  readonly atMs: number;
}

/** The telling after an alert; when `messages` has grown, the alert is told by a new message. */
export function tell(before: Telling | undefined, alert: Alert): Telling {
  const { incidentId, severity, atMs } = alert;
  if (before === undefined) {
    return { incidentIds: [incidentId], severity, messages: 1, newAtMs: atMs };
  }
  const { incidentIds } = before;
  const ids = incidentIds.includes(incidentId) ? incidentIds : [...incidentIds, incidentId];
  const isRising = severityRank(severity) > severityRank(before.severity);
  const after = { ...before, incidentIds: ids, severity: isRising ? severity : before.severity };
  if (!isRising || !wantsNew(before, alert)) return after;
  return { ...after, messages: before.messages + 1, newAtMs: atMs };
}

function wantsNew({ messages, newAtMs }: Telling, { severity, atMs }: Alert): boolean {
  if (severity === "CRITICAL") return messages < CRITICAL_MESSAGES_MAX;
  return messages < MESSAGES_MAX && atMs - newAtMs >= NO_NEW_MESSAGE_MS;
}

/** When a message that nobody has seen yet may go out. */
export function dueAtMs({ severity, atMs }: Pick<Alert, "severity" | "atMs">): number {
  return severityRank(severity) >= severityRank("HIGH") ? atMs : atMs + SETTLE_MS;
}
