/** Joins to bare delivery rows what their messages are made of: stories, alerts, numbers, notices. */
import { DELIVERY_KINDS, DELIVERY_STATES, type Decision } from "../alert.ts";
import { LiqError } from "../errors.ts";
import { SEVERITIES } from "../rule.ts";
import { type Story, severityRank, toldIncidents } from "../story.ts";
import { decisionsById } from "./alert-log.ts";
import { isCollection } from "./delivery-queue.ts";
import type { CollectedPart, DeliveryRow } from "./delivery-store.ts";
import { incidentNumbers } from "./incidents.ts";
import { noticeOf } from "./notices.ts";
import {
  flagOf,
  isObject,
  numberOf,
  numberOrNull,
  oneOf,
  textOf,
  textOrNull,
  textsOf,
} from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { storiesById, storyOf } from "./stories.ts";

type Bare = Omit<
  DeliveryRow,
  "about" | "parts" | "decisions" | "incidentNumbers" | "earlier" | "replyTo"
>;

export async function deliveryRows(
  sql: Sql,
  rows: readonly SqlRow[],
): Promise<readonly DeliveryRow[]> {
  const bare = rows.map(bareDelivery);
  const told = bare.filter(({ kind }) => !isCollection(kind));
  const [stories, decisions] = [
    await storiesById(sql, [...new Set(told.map(({ story }) => story))]),
    await decisionsById(sql, [...new Set(told.flatMap(({ alertIds }) => alertIds))]),
  ];
  const whole: DeliveryRow[] = [];
  for (const row of bare) {
    const about = stories.get(row.story) ?? null;
    const known = decisionsOf(row, decisions);
    const parts = isCollection(row.kind) ? await partsOf(sql, row.id) : [];
    const ids = [...incidentIds(about, known), ...partIds(parts, row.target)];
    whole.push({
      ...{ ...row, about, parts, decisions: known },
      incidentNumbers: ids.length === 0 ? {} : await incidentNumbers(sql, [...new Set(ids)]),
      ...(await earlierOf(sql, row)),
    });
  }
  return whole;
}

function incidentIds(about: Story | null, decisions: readonly Decision[]): readonly string[] {
  const known = about?.incidents.map(({ incidentId }) => incidentId) ?? [];
  const into = about?.foldedInto ?? null;
  const others = decisions.map(({ incidentId }) => incidentId);
  return [...known, ...others, ...(into === null ? [] : [into])];
}

function partIds(parts: readonly CollectedPart[], target: string): readonly string[] {
  return parts.flatMap(({ story }) => toldIncidents(story, target).map((one) => one.incidentId));
}

function decisionsOf(
  { id, kind, alertIds }: Bare,
  known: ReadonlyMap<string, Decision>,
): readonly Decision[] {
  if (isCollection(kind)) return [];
  const decisions = alertIds.flatMap((alertId) => known.get(alertId) ?? []);
  if (decisions.length === alertIds.length) return decisions;
  throw new LiqError("LIQ_STORE", `Delivery ${id} tells alerts that are not in the log`);
}

/** Those that were merged twice (a story's message into its next one) are there once. */
async function partsOf(sql: Sql, id: string): Promise<readonly CollectedPart[]> {
  const rows = await sql.query(
    `select stories.state, told.target, sum(cardinality(told.alert_ids))::int as alerts
     from liqwatch.deliveries as told join liqwatch.stories using (story)
     where told.merged_into = $1 group by stories.state, told.target`,
    [id],
  );
  const parts = rows.map((row) => {
    const [story, target] = [storyOf(row), textOf(row, "target")];
    const rank = severityRank(story.told[target]?.severity ?? "LOW");
    return { story, rank, alerts: numberOf(row, "alerts") };
  });
  parts.sort(
    (left, right) => right.rank - left.rank || left.story.startedAtMs - right.story.startedAtMs,
  );
  return parts.map(({ story, alerts }) => ({ story, alerts }));
}

/** What the target was shown of the story before: the first of it, or the digest that told it. */
async function earlierOf(
  sql: Sql,
  { story, target, kind, messageNumber }: Bare,
): Promise<Pick<DeliveryRow, "earlier" | "replyTo">> {
  if (isCollection(kind) || messageNumber === 1) return { earlier: 0, replyTo: null };
  const rows = await sql.query(
    `select coalesce(first.remote_id, other.remote_id) as remote_id
     from liqwatch.deliveries as first
     left join liqwatch.deliveries as other on other.id = first.merged_into and other.kind <> 'alert'
     where first.story = $1 and first.target = $2 and first.message_number < $3
       and (first.shown_revision > 0 or other.shown_revision > 0)
     order by first.message_number`,
    [story, target, messageNumber],
  );
  const remoteIds = rows.map((row) => textOrNull(row, "remote_id"));
  return { earlier: rows.length, replyTo: remoteIds.find((id) => id !== null) ?? null };
}

function bareDelivery(row: SqlRow): Bare {
  return {
    id: textOf(row, "id"),
    story: textOf(row, "story"),
    target: textOf(row, "target"),
    messageNumber: numberOf(row, "message_number"),
    kind: oneOf(row, "kind", DELIVERY_KINDS),
    alertIds: textsOf(row, "alert_ids"),
    atMs: numberOf(row, "at_ms"),
    severity: SEVERITIES[numberOf(row, "severity")] ?? "LOW",
    dueAtMs: numberOf(row, "due_at_ms"),
    isExempt: flagOf(row, "is_exempt"),
    state: oneOf(row, "state", DELIVERY_STATES),
    attempts: numberOf(row, "attempts"),
    unmarkedClaims: numberOf(row, "unmarked_claims"),
    wantedRevision: numberOf(row, "wanted_revision"),
    shownRevision: numberOf(row, "shown_revision"),
    shownAlerts: numberOf(row, "shown_alerts"),
    isContinued: flagOf(row, "is_continued"),
    remoteId: textOrNull(row, "remote_id"),
    nextAttemptAtMs: numberOrNull(row, "next_attempt_at_ms"),
    lastReason: textOrNull(row, "last_reason"),
    notice: isObject(row.notice) ? noticeOf(row.notice) : null,
  };
}
