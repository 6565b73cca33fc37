/** `GET /v1/cascade/{asset}`: whether an asset is in cascade, and its last cascade. */
import { z } from "zod";
import type { Snapshot } from "../../alert.ts";
import type { Cascade, CascadeState } from "../../cascade.ts";
import { formatDuration } from "../../duration.ts";
import { assetNamed } from "../asset-names.ts";
import { coverageJson, iso, usd as usdOf } from "../json.ts";
import { requireDeciding } from "../role.ts";
import { route } from "../route.ts";
import {
  assetParameter,
  count,
  coverage,
  label,
  money,
  samples,
  time,
  usd,
  venue,
} from "../schemas.ts";

const byVenue = z.array(z.strictObject({ venue, totalUsd: usd, orders: count }));

const RunJson = z.strictObject({
  startedAt: time.describe("When it was found"),
  endedAt: time.nullable().describe("null while it runs"),
  durationSeconds: z.number().min(0),
  ...money,
  peakUsd: usd.describe("Money of its fullest window"),
  peakAt: time,
  firstVenue: venue.nullable().describe("Most money per second when it began"),
  crossVenue: z.boolean().describe("Two or more venues had rows of it"),
  byVenue,
  largestUsd: usd.nullable(),
  priceChangePct: z.number().nullable(),
  priceSource: z.string().nullable(),
});

const WindowJson = z.strictObject({ ...money, byVenue });

export const cascadeRoute = route({
  path: "/v1/cascade/{asset}",
  summary: "Whether an asset is in cascade now, and its last cascade",
  params: z.strictObject({ asset: assetParameter }),
  answer: z.strictObject({
    label,
    asset: z.string(),
    asOf: time,
    samples,
    inCascade: z.boolean().nullable().describe("null = cannot say: its main venues are dark"),
    line: z
      .strictObject({
        window: z.string(),
        orders: count,
        usd: usd.describe("A fixed sum, or a part of the open interest where that is more"),
        openInterestUsd: z.number().nullable().describe("USD, one side; null = unknown"),
      })
      .describe("In cascade from here on"),
    window: WindowJson,
    running: RunJson.nullable(),
    last: RunJson.nullable().describe("The last one that is over"),
    ...coverage,
  }),
  handle({ params }, { queries, nowMs }) {
    requireDeciding(queries, "cascades are in that one's memory");
    const asset = assetNamed(params.asset, queries.assets(), { status: 404 });
    const state = queries.cascade(asset);
    const { line, window, running, last } = state;
    const seen = queries.coverage({ windowMs: line.windowMs, asset });
    const asOfMs = queries.status().engineNowMs ?? nowMs();
    return {
      label: queries.label,
      asset,
      asOf: iso(asOfMs),
      samples: [...queries.samples()],
      inCascade: running === null && seen.isBlind ? null : running !== null,
      line: lineJson(line),
      window: window === null ? NOTHING : windowJson(window),
      running: running === null ? null : runJson(running, asOfMs),
      last: last === null ? null : runJson(last, asOfMs),
      ...coverageJson(seen),
    };
  },
});

const NOTHING: z.input<typeof WindowJson> = {
  ...{ orders: 0, totalUsd: 0, longUsd: 0, shortUsd: 0, byVenue: [] },
};

function lineJson({ windowMs, orders, usd: lineUsd, openInterestUsd }: CascadeState["line"]) {
  return { window: formatDuration(windowMs), orders, usd: lineUsd, openInterestUsd };
}

function windowJson({ orders, longCents, shortCents, ...rest }: Snapshot) {
  return {
    ...{ orders, totalUsd: usdOf(longCents + shortCents) },
    ...{ longUsd: usdOf(longCents), shortUsd: usdOf(shortCents) },
    byVenue: rest.byVenue.map(({ name, notionalCents, orders: ofVenue }) => {
      return { venue: name, totalUsd: usdOf(notionalCents), orders: ofVenue };
    }),
  };
}

function runJson(run: Cascade, nowMs: number): z.input<typeof RunJson> {
  const { startMs, endMs, peakCents, peakAtMs, firstVenue, figures } = run;
  const { largestCents, priceChangePct, priceSource } = figures;
  return {
    startedAt: iso(startMs),
    endedAt: endMs === null ? null : iso(endMs),
    durationSeconds: ((endMs ?? nowMs) - startMs) / 1_000,
    ...windowJson(figures),
    ...{ peakUsd: usdOf(peakCents), peakAt: iso(peakAtMs), firstVenue },
    crossVenue: figures.byVenue.length > 1,
    largestUsd: largestCents === null ? null : usdOf(largestCents),
    ...{ priceChangePct, priceSource },
  };
}
