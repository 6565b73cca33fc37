/** `GET /v1/venues`: what is watched, how complete it is, and when it was not watched. */
import { z } from "zod";
import type { Gap } from "../../alert.ts";
import type { FeedState } from "../../queries.ts";
import type { VenueFacts } from "../../venue-facts.ts";
import { iso, usd as usdOf } from "../json.ts";
import { route } from "../route.ts";
import * as is from "../schemas.ts";

/** Gaps of the last 24 h are shown: those that a rolling figure can miss something by. */
const GAPS_MS = 86_400_000;
const VENUE_GAPS_MAX = 50;

const GapJson = z.strictObject({
  connection: z.string(),
  from: is.time,
  to: is.time.nullable().describe("null = it lasts"),
  reason: z.string(),
});

const VenueJson = z.strictObject({
  venue: is.venue,
  title: z.string(),
  state: z.enum(["subscribed", "connecting", "down"]),
  since: is.time,
  reason: z.string().nullable().describe("Why it is not subscribed"),
  completeness: z.enum(["complete", "sampled", "delayed", "partial", "sample"]),
  completenessNote: z.string().describe("What the feed does not show"),
  sideRule: z.strictObject({
    rule: z.string().describe("How the liquidated side is told"),
    sentence: z.string().describe("The sentence of the venue's documents that decides it"),
    link: z.string(),
  }),
  lastRowAt: is.time.nullable(),
  lagMs: z.number().nullable().describe("Median of the last 20 rows"),
  rows: is.count.describe("Since start, repeats included"),
  dayUsd: is.usd.describe("Of the last 24 h"),
  reconnects: is.count,
  degraded: z
    .strictObject({
      since: is.time,
      messages: is.count.describe("In a row, of which nothing was understood"),
      detail: z.string().describe("Why the newest was refused"),
    })
    .nullable()
    .describe(
      "Set while messages arrive that cannot be read: the venue may have changed its format",
    ),
  unsteady: z
    .strictObject({
      since: is.time,
      hangUps: is.count.describe("Connections in a row that ended within a minute"),
      reason: z.string().describe("Why the newest of them ended"),
    })
    .nullable()
    .describe("Set while the venue hangs up again and again, until a connection has held"),
  suspect: z
    .strictObject({ since: is.time, detail: z.string() })
    .nullable()
    .describe("Set while its sides seem exchanged: its rows are in totals and in no rule"),
  gaps: z.array(GapJson).describe("Not watched, in the last 24 h; newest first, at most 50"),
});

export const VenuesJson = is.listOf(VenueJson);

export const venuesRoute = route({
  path: "/v1/venues",
  summary: "Every venue: state, completeness, the rule of the side, gaps",
  answer: VenuesJson,
  async handle(_asked, { queries, nowMs }) {
    const sinceMs = (queries.status().engineNowMs ?? nowMs()) - GAPS_MS;
    const gaps = await queries.gaps(sinceMs);
    const facts = new Map(queries.venueFacts().map((one) => [one.venue, one]));
    const items = queries.feeds().flatMap((feed) => {
      const known = facts.get(feed.venue);
      return known === undefined ? [] : [venueJson(feed, known, gaps)];
    });
    return { label: queries.label, items };
  },
});

function venueJson(
  feed: FeedState,
  { completeness, completenessNote, sideRule }: VenueFacts,
  gaps: readonly Gap[],
): z.input<typeof VenueJson> {
  const own = gaps.filter(({ venue }) => venue === feed.venue).slice(0, VENUE_GAPS_MAX);
  const { venue, title, condition, reason, lagMs, rows, reconnects } = feed;
  return {
    ...{ venue, title, reason, lagMs, rows, reconnects, completeness, completenessNote },
    state: condition,
    since: iso(feed.sinceMs),
    sideRule: { rule: sideRule.rule, sentence: sideRule.sentence, link: sideRule.link },
    lastRowAt: iso(feed.lastRowAtMs),
    dayUsd: usdOf(feed.dayCents),
    degraded: degradedJson(feed.degraded),
    unsteady: unsteadyJson(feed.unsteady),
    suspect: feed.suspect && { since: iso(feed.suspect.sinceMs), detail: feed.suspect.detail },
    gaps: own.map((gap) => {
      const { connection, fromMs, toMs } = gap;
      return { connection, from: iso(fromMs), to: iso(toMs), reason: gap.reason };
    }),
  };
}

function degradedJson(degraded: FeedState["degraded"]) {
  if (degraded === null) return null;
  const { sinceMs, frames, detail } = degraded;
  return { since: iso(sinceMs), messages: frames, detail };
}

function unsteadyJson(unsteady: FeedState["unsteady"]) {
  if (unsteady === null) return null;
  const { sinceMs, hangUps, reason } = unsteady;
  return { since: iso(sinceMs), hangUps, reason };
}
