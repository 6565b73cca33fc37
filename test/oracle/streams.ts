/** Random event files as hostile as a bad day: made of the rules they will be held against. */
import { VENUE_IDS, type VenueId } from "../../src/liquidation.ts";
import { type Rule, readDelayMs } from "../../src/rule.ts";
import { brokenLine } from "./broken-lines.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { ORACLE_ASSETS, ORACLE_VENUES, randomRules } from "./rule-lists.ts";

/** One input of the differential test. */
export interface OracleCase {
  readonly seed: number;
  readonly lines: readonly string[];
  readonly rules: readonly Rule[];
  readonly atEnd: "resolve" | undefined;
}

/** What a line is written from; keys as in the file. */
export type LineFields = Record<string, unknown>;

interface Stream {
  readonly chance: Chance;
  readonly rules: readonly Rule[];
  /** A focused stream is one series whose rows come just when something falls due. */
  readonly isFocused: boolean;
  readonly tempo: readonly number[];
  /** Few names make full windows; many make many series. */
  readonly venues: readonly VenueId[];
  readonly assets: readonly string[];
  readonly written: LineFields[];
  /** The clock at earlier lines, newest last: what falls due is counted from one of them. */
  readonly pastMs: number[];
  clockMs: number;
  ids: number;
}

const START_MS = 1_790_000_000_000;
const LINES_MAX = 60;
const BURST_LINES_MAX = 250;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CLOCK_JITTER_MS = [-100, -99, -1, 0, 0, 0, 0, 1, 50, 99, 100];
/** Weights of the ways of `stepMs`: nearly always to a moment at which something is due. */
const FOCUSED_TEMPO = [1, 0, 1, 0, 16, 1, 0, 1];
/** Names that an object already has: they must be assets like any other. */
const TREACHEROUS_ASSETS = ["__proto__", "constructor", "toString"];
const SYMBOLS = ["USDT", "USDC", "-PERP", "_UM"];

export function randomCase(seed: number): OracleCase {
  const chance = chanceOf(seed);
  const rules = randomRules(chance);
  const isFocused = chance.in100(35);
  const stream: Stream = {
    chance,
    rules,
    isFocused,
    tempo: isFocused ? FOCUSED_TEMPO : randomTempo(chance),
    venues: ORACLE_VENUES.slice(0, isFocused ? 1 : chance.integer(1, ORACLE_VENUES.length)),
    assets: ORACLE_ASSETS.slice(0, isFocused ? 1 : chance.integer(1, ORACLE_ASSETS.length)),
    written: [],
    pastMs: [],
    clockMs: START_MS + (chance.in100(50) ? 0 : chance.integer(0, 5_000)),
    ids: 0,
  };
  const count = chance.integer(1, chance.in100(6) ? BURST_LINES_MAX : LINES_MAX);
  const lines = Array.from({ length: count }, () => nextLine(stream));
  return { seed, lines, rules, atEnd: chance.in100(60) ? "resolve" : undefined };
}

/** How often the clock stands still, creeps, steps, waits: weights of `stepMs`, one per way. */
function randomTempo(chance: Chance): number[] {
  return Array.from({ length: 7 }, () => (chance.in100(60) ? chance.integer(1, 10) : 0)).concat(1);
}

function nextLine(stream: Stream): string {
  const { chance } = stream;
  stream.clockMs += stepMs(stream);
  stream.pastMs.push(stream.clockMs);
  if (chance.in100(4)) return brokenLine(chance, freshRow(stream));
  const earlier = chance.in100(6) ? stream.written[stream.written.length - 1] : undefined;
  const again =
    chance.in100(4) && stream.written.length > 0 ? chance.pick(stream.written) : earlier;
  const fields = again === undefined ? freshRow(stream) : repeated(stream, again);
  stream.written.push(fields);
  return JSON.stringify(fields);
}

function stepMs(stream: Stream): number {
  const { chance } = stream;
  const ways: readonly (() => number)[] = [
    () => 0,
    () => chance.integer(0, 40),
    () => tickAlignment(stream),
    () => chance.integer(100, 3_000),
    () => Math.max(0, dueMs(stream) + chance.pick(CLOCK_JITTER_MS) - stream.clockMs),
    () => chance.integer(1, 20) * 1_000,
    () => chance.integer(1, 40) * MINUTE_MS + chance.integer(0, 999),
    () => (chance.in100(25) ? chance.integer(1, 30) * HOUR_MS : chance.integer(0, 5)),
  ];
  const weights = stream.tempo;
  let left = chance.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, way] of ways.entries()) {
    left -= weights[index] ?? 0;
    if (left < 0) return way();
  }
  return 0;
}

/** To a whole tick, mostly, or a millisecond beside it. */
function tickAlignment({ chance, clockMs }: Stream): number {
  const toTick = (100 - (clockMs % 100)) % 100;
  return toTick + chance.pick([0, 0, 1, 99, 100, 200, 1_000]);
}

/** When something may fall due that began at one of the last lines, or at the tick after it. */
function dueMs(stream: Stream): number {
  const { chance, pastMs } = stream;
  const beganMs = pastMs.length === 0 ? stream.clockMs : chance.pick(pastMs.slice(-5));
  const exactMs = beganMs + edgeMs(stream);
  return chance.in100(50) ? exactMs : Math.ceil(exactMs / 100) * 100;
}

/** A span after which something of a rule falls due. */
function edgeMs({ chance, rules }: Stream): number {
  const rule = chance.pick(rules);
  const { windowMs, cooldownMs, resolve } = rule;
  const delayMs = readDelayMs(windowMs);
  return chance.pick([
    windowMs,
    windowMs + delayMs,
    delayMs,
    cooldownMs,
    resolve.forMs,
    windowMs + delayMs + resolve.forMs,
    resolve.reopenWithinMs,
    windowMs + delayMs + resolve.forMs + resolve.reopenWithinMs,
  ]);
}

function freshRow(stream: Stream): LineFields {
  const { chance } = stream;
  const venue = chance.pick(chance.in100(96) ? stream.venues : VENUE_IDS);
  const asset = chance.pick(chance.in100(98) ? stream.assets : TREACHEROUS_ASSETS);
  const fields: LineFields = {
    venue,
    asset,
    symbol: `${asset}${chance.in100(92) ? "USDT" : chance.pick(SYMBOLS)}`,
    positionSide: chance.pick(["long", "long", "long", "short"]),
    ...times(stream),
    ...money(stream),
  };
  if (chance.in100(5)) fields.symbol = null;
  else if (chance.in100(4)) Object.assign(fields, { asset: null, symbol: "UNHEARDOFUSDT" });
  if (fields.symbol !== null && chance.in100(5)) fields.asset = undefined;
  if (chance.in100(5)) fields.kind = chance.pick(["deleverage", "backstop", "liquidation"]);
  if (chance.in100(4)) fields.history = chance.pick([true, true, false]);
  if (chance.in100(15)) fields.orderKey = `order-${chance.integer(1, 3)}`;
  // An order may have the key of a row that is an order of its own.
  if (chance.in100(4)) fields.dedupeKey = `order-${chance.integer(1, 3)}`;
  if (chance.in100(10)) fields.priceKind = chance.pick(["fill", "bankruptcy", "order"]);
  if (chance.in100(60)) {
    stream.ids += 1;
    fields.dedupeKey = `${venue}|${asset}|${stream.ids}`;
  }
  return fields;
}

/** The same event again: a little later, from a snapshot, or with other figures under one key. */
function repeated({ chance, clockMs }: Stream, earlier: LineFields): LineFields {
  const again = { ...earlier, receivedAtMs: clockMs };
  if (chance.in100(20)) return { ...again, history: true };
  if (chance.in100(20)) return { ...again, notionalUsd: 777 };
  if (chance.in100(20)) return { ...again, occurredAtMs: clockMs };
  return again;
}

function times(stream: Stream): LineFields {
  const { chance } = stream;
  const isBackwards = chance.in100(5);
  const receivedAtMs = stream.clockMs - (isBackwards ? chance.integer(1, 5_000) : 0);
  const occurredAtMs = receivedAtMs - lagMs(stream);
  if (chance.in100(5)) return { occurredAtMs: receivedAtMs };
  return chance.in100(3)
    ? { occurredAtMs: occurredAtMs + 0.7, receivedAtMs }
    : { occurredAtMs, receivedAtMs };
}

function lagMs(stream: Stream): number {
  const { chance } = stream;
  const ways: readonly (() => number)[] = [
    () => chance.integer(0, 2_500),
    () => chance.pick([1_999, 2_000, 2_001, 9_999, 10_000, 10_001]),
    () => edgeMs(stream) + chance.pick(CLOCK_JITTER_MS),
    () => chance.pick(stream.rules).windowMs + chance.pick([-1_000, -1, 0, 0, 0, 1]),
    () => chance.integer(10_000, 10 * MINUTE_MS),
    () => chance.integer(1, 30) * HOUR_MS + chance.integer(0, MINUTE_MS),
    () => -chance.integer(1, 3_000),
    () => -chance.pick([299_999, 300_000, 300_001, 400_000]),
  ];
  return chance.in100(stream.isFocused ? 92 : 60) ? 0 : chance.pick(ways)();
}

function money(stream: Stream): LineFields {
  const { chance } = stream;
  const ways: readonly (() => LineFields)[] = [
    () => ({ notionalUsd: thresholdUsd(stream) }),
    () => ({ price: 100, size: Math.round(thresholdUsd(stream) * 100) / 10_000 }),
    () => ({ price: chance.pick([60_000, 59_999.5, 1, 100]), size: sizeOf(chance) }),
    () => ({ price: chance.pick([2_000, 1_999.99, 2_000.01]), size: sizeOf(chance) }),
    () => ({ price: 0.01, size: chance.pick([0.5, 1.5, 0.25, 0.49999999]) }),
    () => ({ price: 0.0000123, size: chance.integer(1, 900_000_000) }),
    () => ({ price: 60_000, size: 0.5, notionalUsd: thresholdUsd(stream) }),
    () => ({ price: chance.integer(59_000, 61_000) }),
    () => ({ size: sizeOf(chance) }),
    () => ({}),
    () => ({ notionalUsd: chance.pick([0.004, 0.005, 0.01, 19.995, 1e-7, 1.005]) }),
  ];
  return chance.in100(stream.isFocused ? 95 : 55)
    ? { notionalUsd: thresholdUsd(stream) }
    : chance.pick(ways)();
}

function sizeOf(chance: Chance): number {
  return chance.pick([
    0.1,
    0.3,
    1,
    2,
    7,
    10,
    0.00000001,
    0.12345678,
    chance.integer(1, 999) / 1_000,
  ]);
}

/** Money that alone, or with a few like it, stands at or a cent beside a threshold of a rule. */
function thresholdUsd({ chance, rules }: Stream): number {
  const rule = chance.pick(rules);
  const { low, medium, high, critical } = rule.thresholds;
  const limit = chance.pick([low, low, low, medium, high, critical]);
  if (rule.metric === "count") return chance.pick([1, 500, 2_500.5, 20_000]);
  const inWindow = rule.metric === "usdPerSecond" ? (limit * rule.windowMs) / 1_000 : limit;
  const part = chance.pick([1, 1, 1, 0.5, 0.25, 2, rule.resolve.belowPctOfLow / 100]);
  const cents = Math.round(inWindow * part * 100) + chance.pick([0, 0, 0, -1, 1]);
  return Math.max(cents, 1) / 100;
}
