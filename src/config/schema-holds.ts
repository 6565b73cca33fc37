/** The shape of what keeps alerts from being told: quiet hours, maintenance, mutes. */
import { z } from "zod";
import { VENUE_IDS } from "../liquidation.ts";
import type { HoldSettings, QuietHours } from "../mute.ts";
import { SEVERITIES } from "../rule.ts";

const MAINTENANCE_MAX = 50;
const MUTES_MAX = 200;
const NAME_CHARS_MAX = 60;

const DAY_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const dayTime = z.string().regex(DAY_TIME, { error: 'a time of day such as "22:00"' });

const instant = z.iso.datetime({
  offset: true,
  error: "a time with its zone such as 2026-12-01T02:00:00Z",
});

const QuietHoursEntry = z
  .strictObject({
    from: dayTime
      .nullable()
      .default(null)
      .describe('When they begin, such as "22:00", by the clock of the zone; null = none'),
    to: dayTime
      .nullable()
      .default(null)
      .describe("When they end; before `from` = the next morning"),
    zone: z
      .string()
      .refine(isZone, { error: "an IANA time zone such as Europe/Berlin" })
      .default("UTC")
      .describe("IANA time zone"),
    breaksThrough: z
      .enum(SEVERITIES)
      .nullable()
      .default("CRITICAL")
      .describe("This severity and above is told all the same; null = nothing is"),
  })
  .refine(({ from, to }) => from === null || to === null || from !== to, {
    ...{ path: ["to"], error: "another time than from" },
  })
  .refine(({ from, to }) => (from === null) === (to === null), {
    ...{ path: ["to"], error: "both from and to, or neither" },
  });

const Maintenance = z
  .strictObject({
    from: instant.describe("When it begins"),
    to: instant.describe("When it ends"),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    error: "a time after from",
  });

const MuteEntry = z
  .strictObject({
    asset: z.string().min(1).max(NAME_CHARS_MAX).optional().describe("An asset such as DOGE"),
    venue: z.enum(VENUE_IDS).optional().describe("Alerts about this venue alone"),
    rule: z.string().min(1).max(NAME_CHARS_MAX).optional().describe("A rule by its name"),
  })
  .refine((mute) => Object.keys(mute).length > 0, { error: "an asset, a venue or a rule" });

export const HOLD_KEYS = {
  quietHours: QuietHoursEntry.prefault({}).describe(
    "Hours in which alerts wait; what still holds then is told at their end",
  ),
  maintenance: z
    .array(Maintenance)
    .max(MAINTENANCE_MAX)
    .default([])
    .describe("Planned times in which nobody is told anything"),
  mutes: z
    .array(MuteEntry)
    .max(MUTES_MAX)
    .default([])
    .describe("Kept quiet until this file changes; /mute is for a while"),
};

type HoldInput = { readonly [Key in keyof typeof HOLD_KEYS]: z.output<(typeof HOLD_KEYS)[Key]> };

/** As the engine reads it. */
export function holdsOf({ quietHours, maintenance, mutes }: HoldInput): HoldSettings {
  return {
    quietHours: quietHoursOf(quietHours),
    maintenance: maintenance.map(({ from, to }) => {
      return { fromMs: Date.parse(from), toMs: Date.parse(to) };
    }),
    mutes: mutes.map(({ asset, venue, rule }) => {
      const narrow = { ...(venue !== undefined && { venue }), ...(rule !== undefined && { rule }) };
      return { asset: asset?.toUpperCase() ?? null, ...narrow };
    }),
  };
}

function quietHoursOf({ from, to, ...more }: HoldInput["quietHours"]): QuietHours | null {
  if (from === null || to === null) return null;
  return { ...more, fromMinute: minuteOf(from), toMinute: minuteOf(to) };
}

function minuteOf(time: string): number {
  const [hour = "0", minute = "0"] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
