/** `GET /v1/levels/{asset}`: at which prices positions of one asset were liquidated. */
import { z } from "zod";
import type { PriceLevel } from "../../price-level.ts";
import { assetNamed } from "../asset-names.ts";
import { coverageJson, iso, usd as usdOf } from "../json.ts";
import { requireDeciding } from "../role.ts";
import { route } from "../route.ts";
import {
  assetParameter,
  count,
  coverage,
  label,
  positionSide,
  samples,
  time,
  usd,
  venue,
} from "../schemas.ts";

const HOUR_MS = 3_600_000;
const TITLE = "Where positions were liquidated, not a forecast" as const;

const LevelJson = z.strictObject({
  from: z.number().describe("The lower edge: the level holds prices from here"),
  to: z.number().describe("to below here, in quote per base"),
  positionSide,
  orders: count.describe("Forced orders; fills of one order count once"),
  rows: count,
  totalUsd: usd,
  venues: z.array(venue),
  firstAt: time,
  lastAt: time.describe("The level is forgotten an hour after it"),
});

export const LevelsJson = z.strictObject({
  label,
  title: z.literal(TITLE),
  asset: z.string(),
  asOf: time,
  samples,
  width: z
    .number()
    .nullable()
    .describe("How wide each level is, in quote per base; null = no level lives"),
  levels: z.array(LevelJson).describe("Highest price first, longs before shorts at one price"),
  ...coverage,
});

export const levelsRoute = route({
  path: "/v1/levels/{asset}",
  summary: "Liquidated money of one asset by price level and side; coverage is of the last hour",
  params: z.strictObject({ asset: assetParameter }),
  answer: LevelsJson,
  handle({ params }, { queries, nowMs }) {
    requireDeciding(queries, "price levels are in that one's memory");
    const asset = assetNamed(params.asset, queries.assets(), { status: 404 });
    const found = queries.levels(asset);
    return {
      label: queries.label,
      title: TITLE,
      asset,
      asOf: iso(queries.status().engineNowMs ?? nowMs()),
      samples: [...queries.samples()],
      width: found === null ? null : Number(found.width),
      levels: (found?.levels ?? []).map(levelJson),
      ...coverageJson(queries.coverage({ windowMs: HOUR_MS, asset })),
    };
  },
});

function levelJson(level: PriceLevel): z.input<typeof LevelJson> {
  const { from, to, orders, rows, notionalCents, firstMs, lastMs } = level;
  return {
    ...{ from, to, positionSide: level.positionSide, orders, rows, totalUsd: usdOf(notionalCents) },
    venues: [...level.venues],
    ...{ firstAt: iso(firstMs), lastAt: iso(lastMs) },
  };
}
