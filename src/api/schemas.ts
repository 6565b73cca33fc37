/** What the answers of several routes have in common, each with its meaning. */
import { z } from "zod";
import { DECISIONS } from "../alert.ts";
import { VENUE_IDS } from "../liquidation.ts";
import { SEVERITIES } from "../rule.ts";

export const LIMIT_DEFAULT = 100;
/** Entries of one page. */
export const LIMIT_MAX = 500;
const NAME_CHARS_MAX = 64;
const CURSOR_CHARS_MAX = 120;
/** More than was ever liquidated; in cents it is still an exact integer. */
const USD_MAX = 1e12;

export const time = z.iso.datetime();
export const usd = z.number().describe("USD with two decimals");
export const count = z.int().min(0);
export const venue = z.enum(VENUE_IDS);
export const samples = z
  .array(venue)
  .describe("Venues that show only a sample: their money stands in the figures and is no total");
export const positionSide = z.enum(["long", "short"]).describe("The side that was liquidated");
export const severity = z.enum(SEVERITIES);
export const label = z
  .literal("SIMULATION")
  .nullable()
  .describe("SIMULATION = invented liquidations; null = real ones");

export const money = {
  orders: count.describe("Forced orders; fills of one order count once"),
  totalUsd: usd,
  longUsd: usd,
  shortUsd: usd,
};

const perSecond2 = "per second, against the window of the same length just before";
export const pace = {
  ordersPerSecond: z.number(),
  usdPerSecond: z.number(),
  ordersPerSecond2: z.number().describe(`Change of ordersPerSecond ${perSecond2}`),
  usdPerSecond2: z.number().describe(`Change of usdPerSecond ${perSecond2}`),
};

export const coverage = {
  coveragePct: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .describe("Usual volume of the venues times the part of the window watched; null = unknown"),
  partial: z.boolean().describe("Less than 80 % of the usual volume was seen"),
  assumed: z
    .boolean()
    .describe("A venue's usual volume is the published one: it was not watched for 7 days yet"),
};

export const limit = z
  .int()
  .min(1)
  .max(LIMIT_MAX)
  .default(LIMIT_DEFAULT)
  .describe("Most entries of the answer");
export const cursor = z
  .string()
  .min(1)
  .max(CURSOR_CHARS_MAX)
  .optional()
  .describe("`next` of the page before");
export const assetParameter = z
  .string()
  .min(1)
  .max(NAME_CHARS_MAX)
  .describe("As people type it: BTC, $btc, BTCUSDT, 1000pepe, bitcoin");
export const venueParameter = venue.describe("A venue's id");
export const usdParameter = z.number().min(0).max(USD_MAX);
export const timeParameter = z.iso.datetime({ offset: true });

/** A page of a longer list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    label,
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .describe(
        "Cursor of the next page, which may hold fewer or no entries; null = the last page",
      ),
  });
}

/** A whole list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ label, items: z.array(item) });
}

export const decision = z.enum(DECISIONS);
