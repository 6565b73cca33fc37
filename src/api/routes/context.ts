/** `GET /v1/context/{asset}`: open interest, funding and the reference price. */
import { z } from "zod";
import { formatDuration } from "../../duration.ts";
import type { AssetContext, ContextPoint, VenueContext } from "../../market-context.ts";
import { assetNamed } from "../asset-names.ts";
import { iso } from "../json.ts";
import { requireDeciding } from "../role.ts";
import { route } from "../route.ts";
import { assetParameter, label, time, venue } from "../schemas.ts";

const usd = z.number().describe("USD, one side");
const percent = z.number().describe("percent");
const rate = z.number().describe("Fraction per 8 h; positive = longs pay shorts");

const PriceJson = z.strictObject({
  venue,
  at: time,
  price: z.number().describe("Mark price, USD per coin"),
  changes: z.array(z.strictObject({ window: z.string(), changePct: percent })),
});

const OpenInterestJson = z.strictObject({
  usd,
  venues: z.array(venue),
  changes: z
    .array(
      z.strictObject({
        window: z.string().describe("1m, 5m, 1h, 24h"),
        changePct: percent,
        changeUsd: usd,
        usdPerMinute: usd,
        venues: z.array(venue).describe("Those that are known at both ends"),
      }),
    )
    .describe("Of positions, at the present price: a fall of the price alone is none"),
});

const FundingJson = z.strictObject({
  rate8h: rate.describe("Weighted by open interest, per 8 h as a fraction"),
  settledRate8h: rate.nullable().describe("What was paid last"),
  venues: z.array(venue),
  trendPerHour: z.number().nullable().describe("Slope of the last ten 5 min points"),
  accelerationPerHour2: z.number().nullable(),
  dayLow8h: rate.nullable(),
  dayHigh8h: rate.nullable(),
});

const VenueJson = z.strictObject({
  venue,
  at: time,
  openInterestUsd: usd.nullable(),
  price: z.number().nullable(),
  funding: z
    .strictObject({
      rate8h: rate,
      nextRate8h: rate.nullable(),
      settledRate8h: rate.nullable(),
      intervalHours: z.number(),
      settlesAt: time.nullable(),
    })
    .nullable(),
});

const PointJson = z.strictObject({
  at: time,
  openInterestUsd: usd.nullable(),
  fundingRate8h: rate.nullable(),
  price: z.number().nullable(),
  venues: z.array(venue),
});

const SourceJson = z.strictObject({
  venue,
  factor: z.number().describe("What the published open interest is multiplied by"),
  note: z.string(),
  lastAt: time.nullable(),
  failures: z.number().describe("Rounds in a row that failed at least in part"),
  trouble: z.string().nullable(),
});

export const contextRoute = route({
  path: "/v1/context/{asset}",
  summary: "Open interest, funding and reference price of one asset, and the last 24 h of them",
  params: z.strictObject({ asset: assetParameter }),
  answer: z.strictObject({
    label,
    asset: z.string(),
    asOf: time,
    price: PriceJson.nullable().describe("null = unknown"),
    openInterest: OpenInterestJson.nullable().describe("null = unknown"),
    funding: FundingJson.nullable().describe("null = unknown"),
    venues: z.array(VenueJson),
    stale: z.array(venue).describe("Venues whose last answer is too old to be used"),
    sources: z.array(SourceJson),
    points: z.array(PointJson).describe("Every 5 min of the last 24 h, oldest first"),
  }),
  handle({ params }, { queries, nowMs }) {
    requireDeciding(queries, "market context is in that one's memory");
    const asset = assetNamed(params.asset, queries.assets(), { status: 404 });
    const asOfMs = queries.status().engineNowMs ?? nowMs();
    const context = queries.context(asset);
    return {
      label: queries.label,
      asset,
      asOf: iso(asOfMs),
      price: priceJson(context),
      openInterest: openInterestJson(context),
      funding: context?.funding
        ? { ...context.funding, venues: [...context.funding.venues] }
        : null,
      venues: (context?.venues ?? []).map(venueJson),
      stale: [...(context?.stale ?? [])],
      sources: queries.contextSources().map(({ venue: id, openInterest, ...state }) => ({
        ...{ venue: id, factor: openInterest.factor, note: openInterest.note },
        lastAt: state.lastAtMs === null ? null : iso(state.lastAtMs),
        ...{ failures: state.failures, trouble: state.trouble },
      })),
      points: queries.contextPoints(asset).map(pointJson),
    };
  },
});

function priceJson(context: AssetContext | null): z.input<typeof PriceJson> | null {
  if (!context?.price) return null;
  const { venue: id, atMs, price, changes } = context.price;
  const told = changes.map(({ windowMs, pct }) => ({
    ...{ window: formatDuration(windowMs), changePct: pct },
  }));
  return { venue: id, at: iso(atMs), price, changes: told };
}

function openInterestJson(context: AssetContext | null): z.input<typeof OpenInterestJson> | null {
  if (!context?.openInterest) return null;
  const { changes, venues, ...total } = context.openInterest;
  return {
    ...{ usd: total.usd, venues: [...venues] },
    changes: changes.map(({ windowMs, pct, usd: moved, usdPerMinute, venues: both }) => ({
      ...{ window: formatDuration(windowMs), changePct: pct, changeUsd: moved, usdPerMinute },
      venues: [...both],
    })),
  };
}

function venueJson(told: VenueContext): z.input<typeof VenueJson> {
  const { venue: id, atMs, openInterestUsd, price, funding } = told;
  const shown = { venue: id, at: iso(atMs), openInterestUsd, price };
  if (funding === null) return { ...shown, funding };
  const { settlesAtMs, ...rates } = funding;
  const settlesAt = settlesAtMs === null ? null : iso(settlesAtMs);
  return { ...shown, funding: { ...rates, settlesAt } };
}

function pointJson({ atMs, venues, ...figures }: ContextPoint): z.input<typeof PointJson> {
  return { at: iso(atMs), ...figures, venues: [...venues] };
}
