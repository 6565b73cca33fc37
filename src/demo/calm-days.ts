/**
 * Days without a crash, for judging rules: liquidations as lines that `replay` and `backtest` read.
 * The mix of assets and of venues is published; how flow comes and goes is assumed, and stands below
 * as named figures. Pure: the same seed gives the same days.
 */
import type { VenueId } from "../liquidation.ts";
import { type Chance, seededChance } from "./chance.ts";
import type { EnvelopeAsset } from "./envelope.ts";

const BLOCK_MS = 300_000;
const DAY_MS = 86_400_000;

/** The published day of the venues' shares had USD 493 M with a rising market; a quiet one has less. */
const DAY_USD = 200_000_000;
/** Most rows are small: the mean of a row, and how heavy its tail is (log-normal). */
const ROW_USD = 7_500;
const ROW_TAIL = 1.7;
const ROW_USD_MIN = 20;
/** How restless an asset is from one 5 min to the next, and how much of that lasts. */
const RESTLESS = 0.9;
const LASTS = 0.9;
/** Hours are busier when Europe and America trade. */
const BUSY_HOUR = 15;
const BUSY_PART = 0.45;
/** Some 5 min of some asset are a small rush of one side: a few times a day over all assets. */
const RUSHES_PER_DAY = 6;
/** Chances of one in a day: the 5 min of it times the roots of the assets' parts, some 6 together. */
const RUSH_CHANCES = (DAY_MS / BLOCK_MS) * 6;
const RUSH_FACTOR = 25;
const RUSH_SIDE = 0.9;

export interface CalmOptions {
  readonly seed: number;
  readonly days: number;
  /** A whole multiple of 5 min. */
  readonly startMs: number;
  /** Weighed by the money that they had; those after the first are rarer. */
  readonly assets: readonly EnvelopeAsset[];
  /** A day's money by venue. */
  readonly venueUsd: Readonly<Partial<Record<VenueId, number>>>;
  readonly dayUsd?: number;
}

export interface CalmRow {
  readonly venue: VenueId;
  readonly asset: string;
  readonly positionSide: "long" | "short";
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  /** USD, whole cents. */
  readonly notionalUsd: number;
}

interface AssetFlow {
  readonly asset: string;
  readonly part: number;
  /** Log of how busy it is against its own mean. */
  mood: number;
}

/** Rows in order of receipt. */
export function* calmDays(options: CalmOptions): Generator<CalmRow> {
  const { seed, days, startMs, assets, venueUsd, dayUsd = DAY_USD } = options;
  const chance = seededChance(seed);
  const whole = assets.reduce((sum, one) => sum + one.liquidations * one.meanUsd, 0);
  const flows = assets.map(({ asset, liquidations, meanUsd }): AssetFlow => {
    return { asset, part: (liquidations * meanUsd) / whole, mood: 0 };
  });
  const venues = Object.entries(venueUsd).map(([id, usd]) => ({ id, usd }));
  const venueOf = () => chance.pick(venues, ({ usd }) => usd)?.id ?? "";
  const blocks = (days * DAY_MS) / BLOCK_MS;
  for (let block = 0; block < blocks; block += 1) {
    const atMs = startMs + block * BLOCK_MS;
    const blockUsd = (dayUsd / (DAY_MS / BLOCK_MS)) * busyness(atMs);
    const drawn = flows.flatMap((flow) => blockOf(flow, { chance, usd: blockUsd * flow.part }));
    const rows = drawn.map((row) => {
      const occurredAtMs = atMs + 1 + Math.floor(chance.next() * (BLOCK_MS - 2_000));
      const receivedAtMs = occurredAtMs + Math.floor(chance.between(50, 1_200));
      return { ...row, occurredAtMs, receivedAtMs, venue: venueOf() };
    });
    rows.sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    for (const row of rows) if (isVenue(row.venue, venueUsd)) yield { ...row, venue: row.venue };
  }
}

function isVenue(id: string, known: CalmOptions["venueUsd"]): id is VenueId {
  return Object.hasOwn(known, id);
}

/** The time of day, with mean 1. */
function busyness(atMs: number): number {
  const hour = (atMs % DAY_MS) / 3_600_000;
  return 1 + BUSY_PART * Math.cos(((hour - BUSY_HOUR) / 24) * 2 * Math.PI);
}

/** What one asset has in one 5 min; `usd` is its mean then. */
function blockOf(
  flow: AssetFlow,
  { chance, usd }: { readonly chance: Chance; readonly usd: number },
): Pick<CalmRow, "asset" | "positionSide" | "notionalUsd">[] {
  const news = Math.sqrt(1 - LASTS * LASTS) * RESTLESS;
  flow.mood = LASTS * flow.mood + Math.log(chance.heavyTail(news)) + (news * news) / 2;
  // exp of a normal has the mean exp(variance / 2): taken out, so that the days add up.
  const busy = Math.exp(flow.mood - (RESTLESS * RESTLESS) / 2);
  const isRush = chance.next() < (RUSHES_PER_DAY * flow.part ** 0.5) / RUSH_CHANCES;
  const mean = (usd * busy * (isRush ? RUSH_FACTOR : 1)) / ROW_USD;
  const longPart = isRush ? (chance.next() < 0.6 ? RUSH_SIDE : 1 - RUSH_SIDE) : 0.5;
  return Array.from({ length: poisson(chance, mean) }, () => ({
    asset: flow.asset,
    positionSide: chance.next() < longPart ? "long" : "short",
    notionalUsd: cents(Math.max(ROW_USD_MIN, ROW_USD * chance.heavyTail(ROW_TAIL))),
  }));
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

/** Knuth's way for few, a rounded normal for many. */
function poisson(chance: Chance, mean: number): number {
  if (mean > 30) {
    const normal = Math.log(chance.heavyTail(1)) + 0.5;
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let product = chance.next();
  let count = 0;
  while (product > limit) {
    product *= chance.next();
    count += 1;
  }
  return count;
}
