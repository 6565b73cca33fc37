/** `GET /v1/liquidations`: stored rows, newest first. */
import { z } from "zod";
import type { RecentLiquidation } from "../../queries.ts";
import { assetNamed } from "../asset-names.ts";
import { iso, usd as usdOf } from "../json.ts";
import { route } from "../route.ts";
import * as is from "../schemas.ts";

const LiquidationJson = z.strictObject({
  key: z.string().describe("The same for the same event, over reconnects and restarts"),
  venue: is.venue,
  symbol: z.string().nullable().describe("The venue's own spelling"),
  asset: z.string().nullable().describe("null = the symbol is unknown"),
  positionSide: is.positionSide,
  kind: z.enum(["liquidation", "deleverage", "backstop"]).describe("Only the first is in totals"),
  price: z.number().nullable(),
  priceKind: z.enum(["fill", "bankruptcy", "order"]).nullable(),
  notionalUsd: is.usd.nullable().describe("null = unknown, never a guess"),
  occurredAt: is.time,
});

export const LiquidationsJson = is.pageOf(LiquidationJson);

export const liquidationsRoute = route({
  path: "/v1/liquidations",
  summary: "Stored liquidations, newest first",
  query: z.strictObject({
    asset: is.assetParameter.optional(),
    venue: is.venueParameter.optional(),
    positionSide: is.positionSide.optional(),
    minNotionalUsd: is.usdParameter.optional().describe("Only rows of at least this much"),
    since: is.timeParameter.optional().describe("Only rows from this time on"),
    limit: is.limit,
    cursor: is.cursor,
  }),
  answer: LiquidationsJson,
  async handle({ query }, { queries }) {
    const { asset, venue, positionSide, minNotionalUsd, since, limit, cursor } = query;
    const { items, next } = await queries.liquidations({
      ...{ venue, positionSide, limit, cursor },
      asset: asset === undefined ? undefined : assetNamed(asset, queries.assets()),
      minNotionalCents: minNotionalUsd === undefined ? undefined : Math.ceil(minNotionalUsd * 100),
      sinceMs: since === undefined ? undefined : Date.parse(since),
    });
    return { label: queries.label, items: items.map(liquidationJson), next };
  },
});

export function liquidationJson(row: RecentLiquidation): z.input<typeof LiquidationJson> {
  const { notionalCents, occurredAtMs, ...rest } = row;
  return { ...rest, notionalUsd: usdOf(notionalCents), occurredAt: iso(occurredAtMs) };
}
