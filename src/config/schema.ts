/**
 * The one source of the configuration: shapes, defaults and the sentence about each key. The JSON
 * Schema, `docs/configuration.md` and the names of environment variables are made from it.
 */
import { z } from "zod";
import { DURATION, DURATION_EXPECTED, parseDuration } from "../duration.ts";
import { VENUES } from "../feeds/index.ts";
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import {
  METRICS,
  ROW_WINDOW_MS_MAX,
  SCOPES,
  SECOND_WINDOWS_MS,
  SEVERITIES,
  TICK_MS,
} from "../rule.ts";
import { DEFAULT_ASSET_LISTS, DEFAULT_USD_COINS, marketThresholds, PRESETS } from "./defaults.ts";
import { BotsSchema } from "./schema-bots.ts";
import { contextSchema } from "./schema-context.ts";
import { OverridesSchema, PriceLevelsSchema, ThresholdsSchema } from "./schema-figures.ts";
import { HOLD_KEYS } from "./schema-holds.ts";
import { cascadeSchema, marketWideSchema } from "./schema-market.ts";
import { NotifierSchema } from "./schema-notifiers.ts";
import { publicAddress, webAddress } from "./schema-texts.ts";
import { venuesSchema } from "./schema-venues.ts";

/** Venues that this version listens to, in the order of the list of feeds. */
export const BUILT_VENUES: readonly VenueId[] = VENUES.map(({ id }) => id);

/** Longest names and texts, in characters; longer ones are a pasted mistake. */
const NAME_CHARS_MAX = 64;
const ASSETS_MAX = 1_000;
const RULES_MAX = 200;

const duration = z
  .string({ error: DURATION_EXPECTED })
  .regex(DURATION, DURATION_EXPECTED)
  .transform((text, context) => {
    const durationMs = parseDuration(text);
    if (durationMs !== null) return durationMs;
    context.issues.push({ code: "custom", message: "at most ten years", input: text });
    return z.NEVER;
  });

const ADMIN_TOKEN_EXPECTED = "16 to 200 letters, digits and signs without spaces, or null";

/** Windows, the refill at a start and the comparison with the day before look this far back. */
const KEPT_MS_MIN = 172_800_000;
const kept = duration.refine((keptMs) => keptMs >= KEPT_MS_MIN, { error: "at least 2d" });

const usd = z.number().min(0);
const assets = z.array(z.string().min(1).max(NAME_CHARS_MAX)).max(ASSETS_MAX);
const severity = z.enum(SEVERITIES);
const venueNames = z.array(z.enum(VENUE_IDS));
const sides = z.array(z.enum(["long", "short"]));

const Filter = z.strictObject({
  assets: assets.default([]).describe("Only these assets; @name is a list of assetLists"),
  excludeAssets: assets.default([]).describe("Never these assets"),
  venues: venueNames.default([]).describe("Only these venues"),
  sides: sides.default([]).describe("Only liquidated longs, or shorts"),
  minNotionalUsd: usd.default(0).describe("Only rows of at least this many USD"),
});

const WINDOW_EXPECTED = "a multiple of 100ms up to 5m, or 15m, 1h, 4h, 12h, 24h";

const window = duration.refine(
  (windowMs) => {
    if (SECOND_WINDOWS_MS.some((allowedMs) => allowedMs === windowMs)) return true;
    return windowMs >= TICK_MS && windowMs <= ROW_WINDOW_MS_MAX && windowMs % TICK_MS === 0;
  },
  { error: WINDOW_EXPECTED },
);

const Resolve = z.strictObject({
  belowPctOfLow: z
    .number()
    .min(1)
    .max(100)
    .default(50)
    .describe("Calm is a value under this percentage of low"),
  for: duration
    .refine((forMs) => forMs >= TICK_MS, { error: "at least 100ms" })
    .prefault("10m")
    .describe("Resolved after being calm for this long"),
  reopenWithin: duration
    .prefault("15m")
    .describe("A new outbreak this soon continues the incident; 0s = never"),
});

const Route = z.strictObject({
  target: z.string().min(1).describe("A name under notifiers"),
  minSeverity: severity.nullable().default(null).describe("Nothing below this severity"),
  assets: assets.default([]).describe("Only these assets"),
  venues: venueNames.default([]).describe("Only these venues"),
  sides: sides.default([]).describe("Only liquidated longs, or shorts"),
});

const resolve = Resolve.prefault({}).describe("When an incident is over");
const notify = z
  .array(z.union([z.string().min(1), Route], { error: "a target's name or { target: name }" }))
  .nullable()
  .default(null)
  .describe("Targets, by name or with a filter; null = all, [] = none");

const ofMarket = ThresholdsSchema.prefault(marketThresholds("normal"));

const RuleSchema = z.strictObject({
  name: z
    .string()
    .max(NAME_CHARS_MAX)
    .regex(/^\S(?:[\S ]*\S)?$/, "a name without line breaks or outer spaces")
    .describe("Unique; shown in messages and in the log"),
  scope: z.enum(SCOPES).describe("What one incident is about"),
  filter: Filter.prefault({}).describe("Which liquidations are looked at; empty = all"),
  metric: z.enum(METRICS).describe("What is measured"),
  window: window
    .optional()
    .describe(
      "How far back is looked: up to 5m in steps of 100ms, or 15m to 24h; scores take none",
    ),
  floorUsd: usd.default(0).describe("No severity while the window holds less than this many USD"),
  thresholds: ThresholdsSchema.describe("Rising figures of the metric"),
  cooldown: duration.prefault("5m").describe("Nothing equal or milder is told again this soon"),
  resolve,
  notify,
});
export type RuleInput = z.output<typeof RuleSchema>;

export const ConfigSchema = z.strictObject({
  preset: z
    .enum(PRESETS)
    .default("normal")
    .describe("The market, not the channel: USD thresholds of the default rules x 0.5, 1 or 3"),
  venues: venuesSchema(duration),
  rules: z
    .array(RuleSchema)
    .max(RULES_MAX)
    .optional()
    .describe("What is worth a message; a file's list replaces the default rules"),
  cascade: cascadeSchema({ window }),
  marketWide: marketWideSchema({ duration, window, resolve, notify, ofMarket }).prefault({}),
  assetLists: z
    .record(z.string(), assets)
    .prefault(Object.fromEntries(Object.entries(DEFAULT_ASSET_LISTS).map(([k, v]) => [k, [...v]])))
    .describe("Names for groups of assets, used as @name"),
  usdCoins: z
    .array(z.string().min(1).max(NAME_CHARS_MAX))
    .default([...DEFAULT_USD_COINS])
    .describe("Coins that count 1:1 as US dollars"),
  context: contextSchema({ duration, assets }),
  notifiers: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/), NotifierSchema)
    .prefault({})
    .describe("Where messages go, by name"),
  ...HOLD_KEYS,
  bots: BotsSchema.prefault({}).describe("Who may ask the daemon, in Discord and Telegram"),
  database: z
    .strictObject({
      url: webAddress(["postgres:", "postgresql:"], "an address such as postgres://user@host/name")
        .nullable()
        .default(null)
        .describe("Postgres; null = the embedded database in dataDir"),
    })
    .prefault({})
    .describe("Where the truth is kept"),
  redis: z
    .strictObject({
      url: webAddress(["redis:", "rediss:"], "an address such as redis://127.0.0.1:6379")
        .nullable()
        .default(null)
        .describe("Redis for jobs and minute buckets; null = both live in the database"),
    })
    .prefault({})
    .describe("The job queue, and rolling totals by the minute for standbys; may be flushed"),
  publicUrl: publicAddress(
    "an https address without user and query such as https://liqwatch.example.com",
  )
    .nullable()
    .default(null)
    .describe("Where others reach this daemon, for bots.telegram.mode webhook"),
  retention: z
    .strictObject({
      events: kept.prefault("90d").describe("Liquidations; settled messages with their attempts"),
      rollups: kept.prefault("365d").describe("Hourly sums and gaps"),
    })
    .prefault({})
    .describe("How long rows are kept, at least 2d; the log of alerts is kept for good"),
  overrides: OverridesSchema,
  priceLevels: PriceLevelsSchema,
  dataDir: z.string().min(1).default("./data").describe("Directory of the embedded database"),
  http: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1").describe("Address to listen on"),
      port: z.int().min(0).max(65_535).default(8_787).describe("Port; 0 = any, printed at start"),
      adminToken: z
        .string({ error: ADMIN_TOKEN_EXPECTED })
        .regex(/^[\x21-\x7e]{16,200}$/, ADMIN_TOKEN_EXPECTED)
        .nullable()
        .default(null)
        .describe("Bearer token of the routes that change something; null = they do not exist"),
    })
    .prefault({})
    .describe("The page and the HTTP interface"),
  log: z
    .strictObject({
      level: z
        .enum(["error", "warn", "info", "debug"])
        .default("info")
        .describe("The least important lines that are written"),
    })
    .prefault({})
    .describe("Log lines on stderr"),
});
export type ConfigInput = z.output<typeof ConfigSchema>;

/** The JSON Schema of what people write (not of what the program makes of it). */
export function jsonSchema(): unknown {
  return z.toJSONSchema(ConfigSchema, { io: "input" });
}
