/** Everything the page shows, as JSON. */
import type { DiscordInboxMessage, Inboxes } from "../inboxes.ts";
import type { VenueId } from "../liquidation.ts";
import type {
  DayTotals,
  FeedState,
  IncidentState,
  Queries,
  RecentLiquidation,
  Totals,
} from "../queries.ts";
import { coverageJson, iso, moneyJson, usd } from "./json.ts";

/** Most entries of each list in one state; a page shows no more and a stream stays small. */
export const LIQUIDATIONS_MAX = 40;
export const INCIDENTS_MAX = 12;
export const INBOX_MESSAGES_MAX = 20;
export const PARTS_MAX = 12;

/** Sections are pushed apart: a stream sends only those that changed. */
export type PageState = Readonly<Record<string, unknown>>;

export function pageState(queries: Queries, inboxes: Inboxes | null): PageState {
  return {
    label: queries.label,
    status: statusJson(queries),
    feeds: queries.feeds().map(feedJson),
    totals: totalsJson(queries.dayTotals(), queries.samples()),
    liquidations: queries.recentLiquidations(LIQUIDATIONS_MAX).map(liquidationJson),
    incidents: queries.incidents(INCIDENTS_MAX).map(incidentJson),
    summary: queries.summary(),
    inboxes: inboxes === null ? null : inboxesJson(inboxes),
  };
}

/** The engine's clock is left out: it moves ten times a second and nobody reads it here. */
function statusJson(queries: Queries) {
  const { role, startedAtMs, store, durability, clockWarning } = queries.status();
  return { role, startedAt: iso(startedAtMs), store, durability, clockWarning };
}

function feedJson(feed: FeedState) {
  const { sinceMs, lastRowAtMs, dayCents, degraded, unsteady, suspect, ...rest } = feed;
  const times = { since: iso(sinceMs), lastRowAt: iso(lastRowAtMs) };
  const unreadableSince = degraded === null ? null : iso(degraded.sinceMs);
  const unsteadySince = unsteady === null ? null : iso(unsteady.sinceMs);
  const suspectSince = suspect === null ? null : iso(suspect.sinceMs);
  const troubles = { unreadableSince, unsteadySince, suspectSince };
  return { ...rest, ...times, ...troubles, dayUsd: usd(dayCents) };
}

function totalsJson(totals: DayTotals, samples: readonly VenueId[]) {
  const named = (part: Totals & { readonly name: string }) => ({
    name: part.name,
    ...moneyJson(part),
  });
  return {
    hour1: moneyJson(totals.hour1),
    hour4: moneyJson(totals.hour4),
    hour12: moneyJson(totals.hour12),
    hour24: moneyJson(totals.hour24),
    byAsset: totals.byAsset.slice(0, PARTS_MAX).map(named),
    byVenue: totals.byVenue.slice(0, PARTS_MAX).map(named),
    assets: totals.byAsset.length,
    samples,
    watchedSince: iso(totals.watchedSinceMs),
  };
}

function liquidationJson(row: RecentLiquidation) {
  const { notionalCents, occurredAtMs, ...rest } = row;
  return { ...rest, notionalUsd: usd(notionalCents), occurredAt: iso(occurredAtMs) };
}

function incidentJson(incident: IncidentState) {
  const { longCents, shortCents, startedAtMs, calmedAtMs, coverage, ...rest } = incident;
  return {
    ...rest,
    longUsd: usd(longCents),
    shortUsd: usd(shortCents),
    startedAt: iso(startedAtMs),
    calmedAt: iso(calmedAtMs),
    ...coverageJson(coverage),
  };
}

function inboxesJson(inboxes: Inboxes) {
  return {
    discord: inboxes.discord(INBOX_MESSAGES_MAX).map(({ atMs, editedAtMs, embeds, ...rest }) => ({
      ...rest,
      picture: pictureJson("discord", { ...rest, editedAtMs }),
      at: iso(atMs),
      editedAt: iso(editedAtMs),
      embeds: embeds.map(({ timestampMs, ...embed }) => ({
        ...embed,
        timestamp: iso(timestampMs),
      })),
    })),
    telegram: inboxes.telegram(INBOX_MESSAGES_MAX).map(({ atMs, editedAtMs, ...rest }) => ({
      ...rest,
      picture: pictureJson("telegram", { ...rest, editedAtMs }),
      at: iso(atMs),
      editedAt: iso(editedAtMs),
    })),
  };
}

/** An edit may bring another picture: it gets another address. */
function pictureJson(
  service: "discord" | "telegram",
  message: Pick<DiscordInboxMessage, "id" | "picture" | "editedAtMs">,
) {
  const { id, picture, editedAtMs } = message;
  if (picture === null) return null;
  const url = `/demo/pictures/${service}/${encodeURIComponent(id)}?at=${editedAtMs ?? 0}`;
  return { url, ...picture };
}
