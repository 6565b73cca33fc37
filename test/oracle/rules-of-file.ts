/** The rules of a small configuration file, with the defaults that SPEC 12 prints; nothing is checked. */

import { parse } from "yaml";
import { z } from "zod";
import { VENUE_IDS } from "../../src/liquidation.ts";
import type { Rule } from "../../src/rule.ts";
import { METRICS, SCOPES } from "../../src/rule.ts";

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const duration = z.string().transform((text) => {
  const parts = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  const unitMs = UNIT_MS[parts?.[2] ?? ""];
  if (parts === null || unitMs === undefined) throw new RangeError(`Not a duration: ${text}`);
  return Number(parts[1]) * unitMs;
});

const filter = z.object({
  assets: z.array(z.string()).default([]),
  excludeAssets: z.array(z.string()).default([]),
  venues: z.array(z.enum(VENUE_IDS)).default([]),
  sides: z.array(z.enum(["long", "short"])).default([]),
  minNotionalUsd: z.number().default(0),
});

const fileRule = z.object({
  name: z.string(),
  scope: z.enum(SCOPES),
  metric: z.enum(METRICS),
  window: duration,
  thresholds: z.object({
    low: z.number(),
    medium: z.number(),
    high: z.number(),
    critical: z.number(),
  }),
  floorUsd: z.number().default(0),
  cooldown: duration.prefault("5m"),
  filter: filter.prefault({}),
  resolve: z
    .object({
      belowPctOfLow: z.number().default(50),
      for: duration.prefault("10m"),
      reopenWithin: duration.prefault("15m"),
    })
    .prefault({}),
});

export function rulesOfFile(yaml: string): Rule[] {
  const file = z.object({ rules: z.array(fileRule) }).parse(parse(yaml));
  return file.rules.map((rule) => ({
    name: rule.name,
    scope: rule.scope,
    filter: rule.filter,
    metric: rule.metric,
    windowMs: rule.window,
    floorUsd: rule.floorUsd,
    thresholds: rule.thresholds,
    cooldownMs: rule.cooldown,
    resolve: {
      belowPctOfLow: rule.resolve.belowPctOfLow,
      forMs: rule.resolve.for,
      reopenWithinMs: rule.resolve.reopenWithin,
    },
    notify: [],
  }));
}
