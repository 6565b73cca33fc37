/** The keys under `venues`: one map per venue, all with the same keys but for a few of single ones. */
import { z } from "zod";
import { VENUES } from "../feeds/index.ts";
import { webAddress } from "./schema-texts.ts";

const webSocket = webAddress(
  ["ws:", "wss:"],
  "an address such as wss://host or ws://127.0.0.1:9000",
);
const rest = webAddress(["http:", "https:"], "an address such as https://host");

/** Venues count connections per address; more than two of a kind protect from nothing further. */
const CONNECTIONS_MAX = 4;

/** Median lag above which a venue is called behind, where its own pace asks for no other, ms. */
const MAX_LAG_MS = 5_000;

const venueSchema = ({ maxLagMs = MAX_LAG_MS, isOff }: (typeof VENUES)[number]) =>
  z.strictObject({
    enabled: z
      .boolean()
      .default(isOff !== true)
      .describe("Listen to this venue"),
    wsUrl: webSocket
      .nullable()
      .default(null)
      .describe("Another WebSocket host (a proxy, a simulator); null = the venue's own"),
    restUrl: rest.nullable().default(null).describe("Another REST host; null = the venue's own"),
    connections: z
      .int()
      .min(1)
      .max(CONNECTIONS_MAX)
      .default(1)
      .describe("Sockets that carry the same topics side by side: with 2 one drop loses nothing"),
    maxLagMs: z
      .int()
      .min(100)
      .max(600_000)
      .default(maxLagMs)
      .describe("Median lag above which the venue is called behind, in ms"),
  });
export type VenueInput = z.output<ReturnType<typeof venueSchema>> & {
  /** Only of venues that take names to watch. */
  readonly watch?: readonly string[];
  /** Only of venues that are polled at a pace that may be changed, ms. */
  readonly pollEvery?: number;
};

type Venue = (typeof VENUES)[number];
type Duration = z.ZodType<number, string>;

function watchSchema({ pattern, max, expected, description }: NonNullable<Venue["watch"]>) {
  const names = z.array(z.string().regex(pattern, { error: expected }));
  return names
    .max(max, { error: `at most ${max} names` })
    .default([])
    .describe(description);
}

/** Never slower than the venue's own pace, which its completeness tells people. */
function pollEverySchema(duration: Duration, everyMs: number, everyMsMin: number) {
  const isAllowed = (askedMs: number) => askedMs >= everyMsMin && askedMs <= everyMs;
  const [least, most] = [everyMsMin, everyMs].map((ms) => `${ms / 1_000}s`);
  return duration
    .refine(isAllowed, { error: `${least} to ${most}` })
    .prefault(`${most}`)
    .describe("How often this venue is asked over REST; more often costs more look-ups");
}

function schemaOf(venue: Venue, duration: Duration) {
  const { watch, poll } = venue;
  const schema = venueSchema(venue);
  if (watch !== undefined) return schema.extend({ watch: watchSchema(watch) });
  if (poll?.everyMsMin === undefined) return schema;
  return schema.extend({ pollEvery: pollEverySchema(duration, poll.everyMs, poll.everyMsMin) });
}

/** `CoinEx`. */
const offByDefault = VENUES.filter(({ isOff }) => isOff === true)
  .map(({ title }) => title)
  .join(", ");

/** `duration` is the shape that all keys share. */
export function venuesSchema(duration: Duration) {
  return z
    .strictObject(
      Object.fromEntries(VENUES.map((venue) => [venue.id, schemaOf(venue, duration).prefault({})])),
    )
    .prefault({})
    .describe(`Where liquidations come from; all on but ${offByDefault}`);
}
