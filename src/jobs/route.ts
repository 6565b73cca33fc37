/** Which targets a decision goes to, and under which delivery. Pure. */
import type { Decision, DeliveryDraft } from "../alert.ts";
import { isPublic, type Notice } from "../notice.ts";
import type { TargetPurpose } from "../notifiers/notifier.ts";
import { leaning, subjectOf } from "../render/subject.ts";
import { type NotifyRoute, SEVERITIES, type Severity } from "../rule.ts";
import { deliveryId } from "../story.ts";

/** What routing needs to know of a target; every `TargetSettings` has it. */
export interface RoutableTarget {
  readonly name: string;
  readonly purpose: TargetPurpose;
  readonly minSeverity: Severity;
}

/**
 * Names of the targets that are to tell a decision, in the order of the targets. `notify` null = all
 * of them. Suppressed decisions go nowhere, and the end of an incident to whoever was told of it.
 */
export function targetsOf(
  decision: Decision,
  notify: readonly NotifyRoute[] | null,
  targets: readonly RoutableTarget[],
): readonly string[] {
  if (decision.decision === "suppressed" || decision.decision === "resolved") return [];
  return targets
    .filter((target) => {
      if (target.purpose === "ops" || !reaches(decision.severity, target.minSeverity)) return false;
      if (notify === null) return true;
      return notify.some((route) => route.target === target.name && takes(route, decision));
    })
    .map(({ name }) => name);
}

/**
 * One draft per target for the operator, none for alerts unless everybody must know. What a parked
 * target is about goes to the others: it could not tell of itself. Equal notices have equal ids, so
 * that one that is written twice is one message. What everybody was told is taken back in place: the
 * end of such a notice is an edit of its beginning.
 */
export function routeNotice(
  notice: Notice,
  targets: readonly RoutableTarget[],
): readonly DeliveryDraft[] {
  const { topic, subject, isOver, atMs, sinceMs } = notice;
  const part = isPublic(notice) ? sinceMs : `${isOver ? "over" : "began"}.${atMs}`;
  const story = `ops.${topic}.${subject}.${part}`;
  const isItself = ({ name }: RoutableTarget) => topic === "target" && name === subject;
  return targets
    .filter((target) => (target.purpose === "ops" || isPublic(notice)) && !isItself(target))
    .map(({ name: target }) => {
      const place = { story, target, messageNumber: 1 };
      const urgent = { kind: "notice", severity: "CRITICAL", isExempt: true } as const;
      return {
        id: deliveryId(story, place),
        ...place,
        ...urgent,
        alertIds: [],
        atMs,
        dueAtMs: atMs,
        notice,
      };
    });
}

function reaches(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

function takes(route: NotifyRoute, decision: Decision): boolean {
  return (
    (route.minSeverity === null || reaches(decision.severity, route.minSeverity)) &&
    takesAsset(route, decision) &&
    takesVenue(route, decision) &&
    takesSide(route, decision)
  );
}

/** An alert of the market is about no single asset. */
function takesAsset({ assets }: NotifyRoute, decision: Decision): boolean {
  const { asset } = subjectOf(decision);
  return assets.length === 0 || (asset !== null && assets.includes(asset));
}

/** A venue of the scope, or any with rows in the window; told when the window does not say. */
function takesVenue({ venues }: NotifyRoute, decision: Decision): boolean {
  if (venues.length === 0) return true;
  const { venue } = subjectOf(decision);
  if (venue !== null) return venues.includes(venue);
  const { byVenue } = decision.window;
  return byVenue.length === 0 || byVenue.some(({ name }) => venues.includes(name));
}

/** A window without a clear side concerns both. */
function takesSide({ sides }: NotifyRoute, decision: Decision): boolean {
  const leant = subjectOf(decision).positionSide ?? leaning(decision.window);
  return sides.length === 0 || leant === null || sides.includes(leant);
}
