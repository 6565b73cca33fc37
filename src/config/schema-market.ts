/** The keys under `cascade` and `marketWide`. */
import { z } from "zod";
import { CASCADE_LIMITS, MARKET_WIDE_LIMITS } from "../cascade.ts";
import { formatDuration } from "../duration.ts";
import { ROW_WINDOW_MS_MAX } from "../rule.ts";
import { CASCADE_PROFILES } from "../score.ts";

/** More assets and orders than ever trade in a minute are a typing mistake, and so is more money. */
const COUNT_MAX = 100_000;
const USD_MAX = 1e12;
const BP_MAX = 10_000;

/** SPEC 4: what `market-wide` measures. */
const MARKET_WIDE_WINDOW = "5m";

const count = z.int().min(0).max(COUNT_MAX);
const usd = z.number().positive("a number above 0").max(USD_MAX);

type Window = z.ZodType<number, string>;

/** Rows are kept for windows of up to five minutes. */
function rowWindow(window: Window): Window {
  return window.refine((windowMs) => windowMs <= ROW_WINDOW_MS_MAX, {
    error: "a multiple of 100ms up to 5m",
  });
}

export function cascadeSchema({ window }: { readonly window: Window }) {
  const { windowMs, orders, floorUsd, openInterestBp } = CASCADE_LIMITS;
  return z
    .strictObject({
      window: rowWindow(window)
        .prefault(formatDuration(windowMs))
        .describe("How far back is looked, at most 5m"),
      orders: count.min(1).default(orders).describe("At least this many orders in it"),
      floorUsd: usd.default(floorUsd).describe("At least this many USD in it"),
      openInterestBp: z
        .number()
        .min(0)
        .max(BP_MAX)
        .default(openInterestBp)
        .describe("And at least this part of the asset's open interest, in 0.01 %"),
      profile: z
        .enum(CASCADE_PROFILES)
        .default("relative")
        .describe(
          "cascadeScore: 10 s against the asset's own open interest, or 2 s of fixed figures",
        ),
    })
    .prefault({})
    .describe("When an asset is in cascade, and how that is scored");
}

/** The shapes that rules have, and thresholds with those of the default rule as their default. */
export function marketWideSchema<
  Thresholds extends z.ZodType,
  Resolve extends z.ZodType,
  Notify extends z.ZodType,
>(shapes: {
  readonly duration: Window;
  readonly window: Window;
  readonly ofMarket: Thresholds;
  readonly resolve: Resolve;
  readonly notify: Notify;
}) {
  const { assets, othersThanMajors, floorUsd, oneSidePct } = MARKET_WIDE_LIMITS;
  return z
    .strictObject({
      enabled: z.boolean().default(true).describe("False = no such rule, and nothing is inhibited"),
      assets: count.min(1).default(assets).describe("At least this many assets in cascade at once"),
      othersThanMajors: count
        .default(othersThanMajors)
        .describe("At least this many of them other than BTC and ETH"),
      floorUsd: usd
        .default(floorUsd)
        .describe("At least this many USD of all assets in the window of a cascade"),
      oneSidePct: z
        .number()
        .min(50)
        .max(100)
        .default(oneSidePct)
        .describe("Longs or shorts have at least this percentage of them"),
      window: rowWindow(shapes.window)
        .prefault(MARKET_WIDE_WINDOW)
        .describe("What the thresholds are held against: money of all assets, at most 5m"),
      thresholds: shapes.ofMarket.describe("Default: those of the default rule market"),
      cooldown: shapes.duration
        .prefault("15m")
        .describe("Nothing equal or milder is told again this soon"),
      resolve: shapes.resolve,
      notify: shapes.notify,
    })
    .describe("A cascade of the whole market; while one runs, alerts of single assets wait");
}
