/** Which targets a decision goes to, and under which delivery. Pure. */
import type { Decision, DeliveryDraft } from "../alert.ts";
import { isPublic, type Notice } from "../notice.ts";
import type { TargetPurpose } from "../notifiers/notifier.ts";
import { leaning, subjectOf } from "../render/subject.ts";
import { type NotifyRoute, SEVERITIES, type Severity } from "../rule.ts";

/** What routing needs to know of a target; every `TargetSettings` has it. */
export interface RoutableTarget {
  readonly name: string;
  readonly purpose: TargetPurpose;
  readonly minSeverity: Severity;
}

/**
 * One draft per target that is to tell the decision, in the order of the targets. `notify` null =
 * all of them. Suppressed decisions go nowhere. The end of an incident is offered to every target
 * that the rule names: the store keeps it from those that were never told of the incident.
 */
export function routeDecision(
  decision: Decision,
  notify: readonly NotifyRoute[] | null,
  targets: readonly RoutableTarget[],
): readonly DeliveryDraft[] {
  if (decision.decision === "suppressed") return [];
  return targets
    .filter((target) => {
      if (target.purpose === "ops") return false;
      if (decision.decision === "resolved") {
        return notify === null || notify.some((route) => route.target === target.name);
      }
      if (!reaches(decision.severity, target.minSeverity)) return false;
      if (notify === null) return true;
      return notify.some((route) => route.target === target.name && takes(route, decision));
    })
    .map((target) => draft(decision, target.name));
}

/**
 * One draft per target for the operator, none for alerts unless everybody must know. What a parked
 * target is about goes to the others: it could not tell of itself. Equal notices have equal ids, so that one that is written
 * twice is one message.
 */
export function routeNotice(
  notice: Notice,
  targets: readonly RoutableTarget[],
): readonly DeliveryDraft[] {
  const { topic, subject, isOver, atMs } = notice;
  const story = `ops.${topic}.${subject}.${isOver ? "over" : "began"}.${atMs}`;
  const isItself = ({ name }: RoutableTarget) => topic === "target" && name === subject;
  return targets
    .filter((target) => (target.purpose === "ops" || isPublic(notice)) && !isItself(target))
    .map(({ name: target }) => {
      const id = deliveryId(story, { target, messageNumber: 1 });
      return { id, story, target, messageNumber: 1, alertIds: [], atMs, notice };
    });
}

function draft(decision: Decision, target: string): DeliveryDraft {
  return {
    id: deliveryId(decision.incidentId, { target, messageNumber: decision.telling }),
    story: decision.incidentId,
    target,
    messageNumber: decision.telling,
    alertIds: [decision.alertId],
    atMs: decision.atMs,
    isEnd: decision.decision === "resolved",
  };
}

/** `incident.target.1`, safe as a file name and as a job id: other characters as `_` and hex. */
export function deliveryId(
  incidentId: string,
  { target, messageNumber }: { readonly target: string; readonly messageNumber: number },
): string {
  return `${safe(incidentId)}.${safe(target)}.${messageNumber}`;
}

function safe(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/gu, (char) => `_${char.codePointAt(0)?.toString(16)}_`);
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
