/** `GET /v1/windows/{asset}`: the windows of 100 ms to 5 min that rules look at. */
import { z } from "zod";
import type { Coverage } from "../../coverage.ts";
import { formatDuration } from "../../duration.ts";
import { STILL } from "../../pace.ts";
import type { ShortWindow } from "../../queries.ts";
import { readDelayMs } from "../../rule.ts";
import { assetNamed } from "../asset-names.ts";
import { coverageJson, figure, iso, moneyJson, paceJson, usd as usdOf } from "../json.ts";
import { requireDeciding } from "../role.ts";
import { route } from "../route.ts";
import {
  assetParameter,
  count,
  coverage,
  label,
  money,
  pace,
  samples,
  time,
  usd,
  venue,
} from "../schemas.ts";

const WindowJson = z.strictObject({
  window: z.string().describe("100ms to 5m"),
  until: time.describe(
    "Windows up to 10s are read 2 s late: venues themselves are a second behind",
  ),
  rows: count,
  ...money,
  largestUsd: usd.describe("The largest single row"),
  liqVwap: z.number().nullable().describe("Money by size of rows that have both; null = none"),
  priceChangePct: z.number().nullable().describe("Of one venue's mark price, else of liquidations"),
  priceSource: z
    .string()
    .nullable()
    .describe("Where it comes from: `mark:bybit`, `liquidations:okx`"),
  minPrice: z.number().nullable().describe("The lowest price of a row; null = no row has one"),
  maxPrice: z.number().nullable(),
  volatility: z
    .number()
    .nullable()
    .describe("Standard deviation of price weighted by size, over liqVwap; 0.01 is one percent"),
  ...pace,
  long: z.strictObject(pace),
  short: z.strictObject(pace),
  leadingVenue: venue.nullable().describe("Most money per second in the window; null = no row"),
  byVenue: z.array(z.strictObject({ venue, totalUsd: usd, orders: count, ...pace })),
  ...coverage,
});

export const WindowsJson = z.strictObject({
  label,
  asset: z.string(),
  asOf: time,
  samples,
  windows: z.array(WindowJson).describe("Empty while no row of the asset was seen"),
});

export const windowsRoute = route({
  path: "/v1/windows/{asset}",
  summary: "Liquidated money of one asset in the last 100 ms to 5 min",
  params: z.strictObject({ asset: assetParameter }),
  answer: WindowsJson,
  handle({ params }, { queries, nowMs }) {
    requireDeciding(
      queries,
      "windows under 15m are in that one's memory; /v1/totals answers 15m to 24h",
    );
    const asset = assetNamed(params.asset, queries.assets(), { status: 404 });
    const asOfMs = queries.status().engineNowMs ?? nowMs();
    const windows = queries.shortWindows(asset) ?? [];
    return {
      label: queries.label,
      asset,
      asOf: iso(asOfMs),
      samples: [...queries.samples()],
      windows: windows.map((window) => {
        const seen = queries.coverage({ windowMs: window.windowMs, asset });
        return windowJson(window, { asOfMs, seen });
      }),
    };
  },
});

function windowJson(
  window: ShortWindow,
  { asOfMs, seen }: { readonly asOfMs: number; readonly seen: Coverage },
): z.input<typeof WindowJson> {
  const { windowMs, rows, largestCents, liqVwap, byVenue, prices } = window;
  const { priceChangePct, priceSource } = window;
  const { long, short, byVenue: venues, leadingVenue } = window.pace;
  const paces = new Map(venues.map((ofVenue) => [ofVenue.venue, ofVenue]));
  return {
    window: formatDuration(windowMs),
    until: iso(asOfMs - readDelayMs(windowMs)),
    rows,
    ...moneyJson(window),
    largestUsd: usdOf(largestCents),
    ...{ liqVwap, priceChangePct, priceSource },
    ...{ minPrice: prices?.min ?? null, maxPrice: prices?.max ?? null },
    volatility: figure(prices?.volatility ?? null),
    ...paceJson(window.pace),
    ...{ long: paceJson(long), short: paceJson(short), leadingVenue },
    byVenue: byVenue.map(({ name, notionalCents, orders }) => {
      const ofVenue = paces.get(name) ?? STILL;
      return { venue: name, totalUsd: usdOf(notionalCents), orders, ...paceJson(ofVenue) };
    }),
    ...coverageJson(seen),
  };
}
