/** Random days for the scores: bursts, late rows, history, venues that come and go, changing context. */
import type { Decision } from "../../src/alert.ts";
import type { VenueId } from "../../src/liquidation.ts";
import type { AssetReading, VenueReading } from "../../src/market-context.ts";
import type { Rule } from "../../src/rule.ts";
import { Engine, type EngineInput } from "../../src/severity/engine.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import type { ArrivedRow } from "./plain-score.ts";
import { rowOf, ruleOf, T0 } from "./samples.ts";

const VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];
const ASSETS = ["BTC", "BTC", "BTC", "ETH"] as const;
const DAY_MS = 86_400_000;
const TICK_MS = 100;
/** Longer stretches without input are crossed at once: nothing but a venue's day can end in them. */
const EVERY_TICK_MS = 26_000;
const STEPS_MS = [
  0, 0, 1, 40, 100, 250, 900, 1_000, 2_000, 2_001, 4_000, 9_999, 10_000, 20_000, 41_000,
];

/** An input, and the venue that is open or closed from then on. */
interface Step {
  readonly input: EngineInput;
  readonly watch?: readonly [VenueId, isClosed: boolean];
}

export interface ScoreCase {
  readonly rules: readonly Rule[];
  readonly steps: readonly Step[];
}

export function randomScoreCase(seed: number, rulesOf: (chance: Chance) => Rule[]): ScoreCase {
  const chance = chanceOf(seed);
  const rules = rulesOf(chance);
  const steps: Step[] = [];
  let nowMs = T0 + chance.integer(0, 1_500);
  if (chance.in100(40)) {
    // Five minutes ago: what open interest is compared with.
    for (let at = 0; at < 4; at += 1) {
      const reading = readingOf(chance);
      const atMs = nowMs - 299_000 + at * 900;
      steps.push({ input: { type: "context", atMs, referencePrices: {}, reading } });
    }
  }
  const count = chance.integer(2, 8);
  for (let at = 0; at < count; at += 1) {
    nowMs += chance.in100(2) ? DAY_MS - chance.integer(0, 15_000) : chance.pick(STEPS_MS);
    steps.push(stepAt(chance, nowMs, at));
  }
  steps.push({
    input: { type: "clock", nowMs: nowMs + chance.pick([13_000, 13_000, 24_100, 63_000]) },
  });
  return { rules, steps };
}

function stepAt(chance: Chance, nowMs: number, at: number): Step {
  if (chance.in100(6)) {
    const reading = readingOf(chance);
    return { input: { type: "context", atMs: nowMs, referencePrices: {}, reading } };
  }
  if (chance.in100(6)) {
    const venue = chance.pick(VENUES);
    const isClosed = chance.in100(50);
    const event = { venue, connection: "1", receivedAtMs: nowMs } as const;
    return {
      watch: [venue, isClosed],
      input: { type: "connection", event: { ...event, event: isClosed ? "closed" : "subscribed" } },
    };
  }
  const burst = chance.in100(15) ? chance.integer(10, 90) : chance.integer(1, 3);
  const asset = chance.pick(ASSETS);
  const rows = Array.from({ length: burst }, (_, part) =>
    rowOf({
      ...{ asset, receivedAtMs: nowMs, dedupeKey: `${at}-${part}` },
      symbol: `${asset}USDT`,
      venue: chance.pick(VENUES),
      occurredAtMs: nowMs - chance.pick([0, 0, 300, 1_999, 2_000, 2_500, 12_000, 61_000, 90_000]),
      notionalCents: chance.in100(5) ? null : chance.integer(1, 4e8),
      positionSide: chance.pick(["long", "long", "short"]),
      history: chance.in100(6),
      price: chance.in100(80) ? chance.pick([100, 100.05, 100.4, 101, 100.2]) : null,
      size: 1,
      ...(chance.in100(15) && { orderKey: `order-${chance.integer(1, 9)}` }),
    }),
  );
  return { input: { type: "rows", receivedAtMs: nowMs, rows } };
}

const RATES = [0.0001, 0.0004, -0.0003, 0.002];

/** What a venue says of both assets, or of one of them; old answers go stale after six seconds. */
function readingOf(chance: Chance): VenueReading {
  const assets = ["BTC", "ETH"]
    .filter(() => chance.in100(70))
    .map((asset): [string, AssetReading] => {
      const coins = chance.pick([1e6, 0.99e6, 0.97e6, 0.9e6, 1.02e6]);
      const funding = { rate: chance.pick(RATES), intervalHours: 8, nextRate: null };
      const settled = { settledRate: null, settlesAtMs: null };
      return [
        asset,
        {
          openInterest: chance.in100(85) ? { coins, inverseUsd: 0, contracts: 1 } : null,
          funding: chance.in100(60) ? { ...funding, ...settled } : null,
          price: chance.in100(85) ? chance.pick([100, 2_000]) : null,
        },
      ];
    });
  return { venue: chance.pick(VENUES), everyMs: 2_000, assets: Object.fromEntries(assets) };
}

/** What there was to see at a tick. */
export interface SeenByTest {
  readonly rows: readonly ArrivedRow[];
  readonly closed: ReadonlySet<VenueId>;
  /** The clock of the last input of context; null = none yet. */
  readonly contextMs: number | null;
}

/** What a run leaves to compare: what was decided, and the rows with the clock of their arrival. */
export interface ScoreRun {
  readonly decisions: readonly Decision[];
  readonly peaks: Readonly<Record<string, number>>;
}

/**
 * Runs a case. With `onEveryTick` every scope is looked at on every tick, whatever the engine thinks
 * of it, and is shown what there was to see.
 */
export function runScoreCase(
  { rules, steps }: ScoreCase,
  onEveryTick?: (engine: Engine, seen: SeenByTest) => void,
): ScoreRun {
  const closed = new Set<VenueId>();
  let contextMs: number | null = null;
  const engine = new Engine({ rules });
  const rows: ArrivedRow[] = [];
  const decisions: Decision[] = [];
  for (const { input, watch } of steps) {
    if (onEveryTick !== undefined) {
      crossTicks(engine, clockOf(input), decisions, () =>
        onEveryTick(engine, { rows, closed, contextMs }),
      );
    }
    // Up to the input the world is as it was.
    decisions.push(...engine.step({ type: "clock", nowMs: clockOf(input) }).decisions);
    if (watch?.[1] === true) closed.add(watch[0]);
    else if (watch !== undefined) closed.delete(watch[0]);
    if (input.type === "context") contextMs = input.atMs;
    const { accepted, decisions: made } = engine.step(input);
    decisions.push(...made);
    for (const one of accepted) rows.push({ ...one, arrivedMs: clockOf(input) });
  }
  const peaks = [...engine.series.scopes()].map((scope) => {
    return [`${scope.compiled.rule.name} ${scope.key}`, scope.highest] as const;
  });
  return { decisions, peaks: Object.fromEntries(peaks) };
}

function crossTicks(engine: Engine, toMs: number, decisions: Decision[], onTick: () => void): void {
  const startMs = engine.nowMs;
  if (startMs === null) return;
  let tickMs = (Math.floor(startMs / TICK_MS) + 1) * TICK_MS;
  if (toMs - startMs > 4 * EVERY_TICK_MS)
    tickMs = Math.floor((toMs - EVERY_TICK_MS) / TICK_MS) * TICK_MS;
  for (; tickMs <= toMs; tickMs += TICK_MS) {
    for (const scope of engine.series.scopes()) engine.wake(scope, tickMs);
    decisions.push(...engine.step({ type: "clock", nowMs: tickMs }).decisions);
    onTick();
  }
}

function clockOf(input: EngineInput): number {
  if (input.type === "clock") return input.nowMs;
  if (input.type === "context") return input.atMs;
  if (input.type === "connection") return input.event.receivedAtMs;
  return input.type === "rows" ? (input.receivedAtMs ?? 0) : 0;
}

const WINDOWS_MS = { relative: 10_000, classic: 2_000, risk: 60_000 } as const;

/** A rule on each score, with thresholds that small cases reach. */
export function scoreRules(chance: Chance): Rule[] {
  return (["relative", "classic", "risk"] as const).map((name) => {
    const lows = name === "risk" ? [0.31, 0.93, 1.31, 1.71] : [0.013, 0.051, 0.117, 0.23, 0.41];
    const low = chance.pick(lows);
    const metric = name === "risk" ? "riskScore" : "cascadeScore";
    return ruleOf({
      ...{ name, metric, windowMs: WINDOWS_MS[name] },
      thresholds: { low, medium: low * 1.31, high: low * 1.77, critical: low * 2.3 },
      cooldownMs: chance.pick([0, 1_000, 30_000]),
      resolve: {
        belowPctOfLow: chance.pick([50, 99, 100]),
        forMs: chance.pick([100, 300, 1_000, 5_000]),
        reopenWithinMs: chance.pick([0, 5_000]),
      },
      floorUsd: chance.pick([0, 0, 1_000_000]),
    });
  });
}
