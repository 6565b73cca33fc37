/**
 * `GET /v1/totals`: rolling money of 15 min to 24 h. Always "at least". A standby answers from what
 * the one that decides has stored.
 */
import { z } from "zod";
import { formatDuration, parseDuration } from "../../duration.ts";
import type { Queries, Totals, TotalsAnswer, TotalsQuery } from "../../queries.ts";
import { SECOND_WINDOWS_MS } from "../../rule.ts";
import { assetNamed } from "../asset-names.ts";
import { coverageJson, iso, moneyJson } from "../json.ts";
import { Problem } from "../problem.ts";
import { requireOpen } from "../role.ts";
import { type RouteContext, route } from "../route.ts";
import {
  assetParameter,
  count,
  coverage,
  label,
  money,
  samples,
  time,
  venue,
  venueParameter,
} from "../schemas.ts";

const WINDOWS = SECOND_WINDOWS_MS.map(formatDuration);
const DEFAULT_WINDOW = "24h";

export const TotalsJson = z.strictObject({
  label,
  window: z.enum(WINDOWS),
  asset: z.string().nullable().describe("null = all assets"),
  venue: venue.nullable().describe("null = all venues"),
  asOf: time.describe("The window ends here; it is exact to the second"),
  complete: z
    .boolean()
    .describe(
      "True when every venue was watched in the whole window; never on a standby. Totals are always at least",
    ),
  ...coverage,
  darkVenues: z.array(venue).describe("Venues not subscribed now: the figures miss them"),
  samples,
  rows: count.nullable().describe("null on a standby, whose figures count orders alone"),
  ...money,
  byAsset: z
    .array(z.strictObject({ asset: z.string(), ...money }))
    .describe("Descending by money; empty when an asset is asked for"),
  byVenue: z
    .array(z.strictObject({ venue, ...money }))
    .describe("Descending by money; empty when a venue is asked for"),
});

export const totalsRoute = route({
  path: "/v1/totals",
  summary: "Liquidated money of the last 15 min to 24 h, by asset and venue",
  query: z.strictObject({
    window: z.enum(WINDOWS).default(DEFAULT_WINDOW).describe("How far back"),
    asset: assetParameter.optional(),
    venue: venueParameter.optional(),
  }),
  answer: TotalsJson,
  etagWithout: "asOf",
  async handle({ query }, context) {
    const { queries, nowMs } = context;
    requireOpen(queries);
    const windowMs = parseDuration(query.window) ?? 0;
    if (queries.status().role === "deciding") {
      const part = partOf(query, { queries, assets: queries.assets() });
      return totalsJson(queries.totals({ ...part, windowMs }), context);
    }
    const assets = [...queries.assets(), ...(await queries.storedAssets())];
    const part = partOf(query, { queries, assets });
    return totalsJson(await queries.storedTotals({ ...part, windowMs }, nowMs()), context);
  },
});

/** @throws Problem for an asset that nobody lists, and a venue that is not listened to */
function partOf(
  query: Pick<TotalsQuery, "asset" | "venue">,
  { queries, assets }: { readonly queries: Queries; readonly assets: readonly string[] },
): Pick<TotalsQuery, "asset" | "venue"> {
  const { asset, venue: asked } = query;
  const watched = queries.venues();
  if (asked !== undefined && !watched.includes(asked)) {
    const detail = `venue ${asked} is not listened to; listened to are ${watched.join(", ")}`;
    throw Problem.ofParameters([{ parameter: "venue", detail }]);
  }
  if (asset === undefined) return { venue: asked };
  return { asset: assetNamed(asset, assets), venue: asked };
}

function totalsJson(answer: TotalsAnswer, { queries }: RouteContext): z.input<typeof TotalsJson> {
  const { query, asOfMs, rows, coverage: seen, darkVenues } = answer;
  const part = (totals: Totals) => moneyJson(totals);
  return {
    label: queries.label,
    window: formatDuration(query.windowMs),
    asset: query.asset ?? null,
    venue: query.venue ?? null,
    asOf: iso(asOfMs),
    complete: seen.isFull,
    ...coverageJson(seen),
    darkVenues: [...darkVenues],
    samples: queries.samples().filter((one) => one === (query.venue ?? one)),
    rows,
    ...moneyJson(answer),
    byAsset: answer.byAsset.map(({ name, ...totals }) => ({ asset: name, ...part(totals) })),
    byVenue: answer.byVenue.map(({ name, ...totals }) => ({ venue: name, ...part(totals) })),
  };
}
