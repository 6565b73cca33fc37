/** `GET /v1/cascade/{asset}`: whether an asset is in cascade, and its last cascade. */
import { z } from "zod";
import type { Snapshot } from "../../alert.ts";
import type { Cascade, CascadeState } from "../../cascade.ts";
import { formatDuration } from "../../duration.ts";
import { CASCADE_PROFILES, type CascadeScore, type Score } from "../../score.ts";
import { assetNamed } from "../asset-names.ts";
import { coverageJson, figure, iso, usd as usdOf } from "../json.ts";
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

const ScoreJson = z.strictObject({
  value: z.number(),
  level: z
    .string()
    .describe("A signal level (NONE to EXTREME) or a band (low to extreme), no severity"),
  parts: z.array(
    z.strictObject({
      name: z.string(),
      weightPct: z.number().describe("Its share when every part is known"),
      value: z.number().nullable().describe("0 to 1; null = unknown, the others weigh more"),
    }),
  ),
});

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
    signal: ScoreJson.extend({ profile: z.enum(CASCADE_PROFILES), window: z.string() })
      .nullable()
      .describe(
        "How like a cascade the last seconds are, 0 to 1; null = no row yet, or cannot say",
      ),
    risk: ScoreJson.nullable().describe("Of a running cascade, 0 to 2; 0 without one"),
    ...coverage,
  }),
  handle({ params }, { queries, nowMs }) {
    requireDeciding(queries, "cascades are in that one's memory");
    const asset = assetNamed(params.asset, queries.assets(), { status: 404 });
    const state = queries.cascade(asset);
    const { line, window, running, last } = state;
    const seen = queries.coverage({ windowMs: line.windowMs, asset });
    const isUnknown = running === null && seen.isBlind;
    const scores = isUnknown ? null : queries.scores(asset);
    const asOfMs = queries.status().engineNowMs ?? nowMs();
    return {
      label: queries.label,
      asset,
      asOf: iso(asOfMs),
      samples: [...queries.samples()],
      inCascade: isUnknown ? null : running !== null,
      line: lineJson(line),
      window: window === null ? NOTHING : windowJson(window),
      running: running === null ? null : runJson(running, asOfMs),
      last: last === null ? null : runJson(last, asOfMs),
      signal: scores && signalJson(scores.cascade),
      risk: scores && scoreJson(scores.risk),
      ...coverageJson(seen),
    };
  },
});

const NOTHING: z.input<typeof WindowJson> = {
  ...{ orders: 0, totalUsd: 0, longUsd: 0, shortUsd: 0, byVenue: [] },
};

function scoreJson({ value, level, parts }: Score): z.input<typeof ScoreJson> {
  return {
    ...{ value: figure(value), level },
    parts: parts.map((part) => ({ ...part, value: figure(part.value) })),
  };
}

function signalJson(score: CascadeScore) {
  const { profile, windowMs } = score;
  return { profile, window: formatDuration(windowMs), ...scoreJson(score) };
}

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
