/** Keys that hold figures: thresholds of rules, those of single assets, widths of price levels. */
import { z } from "zod";

const NAME_CHARS_MAX = 64;

const positive = z.number({ error: "a number above 0" }).positive("a number above 0");
const name = z.string().min(1).max(NAME_CHARS_MAX);

export const ThresholdsSchema = z.strictObject({
  low: positive.describe("LOW from here on"),
  medium: positive.describe("MEDIUM from here on; above low"),
  high: positive.describe("HIGH from here on; above medium"),
  critical: positive.describe("CRITICAL from here on; above high"),
});

const Override = z.strictObject({
  thresholds: ThresholdsSchema.partial().describe("In place of the rule's; the others stay"),
});

/** By asset, then by rule. */
export const OverridesSchema = z
  .record(name, z.record(name, Override))
  .default({})
  .describe("Other thresholds for single assets: by asset, then by the name of a rule");

export const PriceLevelsSchema = z
  .strictObject({
    widths: z
      .record(name, positive)
      .default({})
      .describe("How wide the levels are, by asset, in quote per base"),
  })
  .prefault({})
  .describe("Where positions were liquidated, by price; without a width some 0.15 % of the price");
