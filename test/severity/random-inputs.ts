/** Random inputs of an engine, made of the rules that they will be held against. */
import type { Decision, HoldReason } from "../../src/alert.ts";
import { FUTURE_MS_MAX, type Liquidation, type VenueId } from "../../src/liquidation.ts";
import { type Rule, readDelayMs } from "../../src/rule.ts";
import type { Engine, EngineInput, EngineOptions, StepResult } from "../../src/severity/engine.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { randomRules } from "../oracle/rule-lists.ts";
import { rowOf, T0 } from "./samples.ts";

const VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];
const ASSETS = ["BTC", "ETH", "BTC", "BTC", null];
const LAGS_MS = [0, 0, 0, 0, 900, 1_999, 2_000, 2_001, 12_000];

export interface Trial {
  readonly seed: number;
  readonly rules: readonly Rule[];
  readonly inputs: readonly EngineInput[];
}

export interface TrialSize {
  readonly inputsMax: number;
  /** The clock moves on by up to one of these, or to an edge of a rule no further than the last. */
  readonly stepsMs: readonly number[];
}

interface Stream {
  readonly chance: Chance;
  readonly rules: readonly Rule[];
  readonly size: TrialSize;
  readonly sent: Liquidation[];
  clockMs: number;
}

export function randomTrial(seed: number, size: TrialSize): Trial {
  const chance = chanceOf(seed);
  const rules = randomRules(chance);
  const stream = { chance, rules, size, sent: [], clockMs: T0 + chance.integer(0, 250) };
  const count = chance.integer(1, size.inputsMax);
  return { seed, rules, inputs: Array.from({ length: count }, () => nextInput(stream)) };
}

/** The clock that an input carries; null when it moves none. */
export function clockOf(input: EngineInput): number | null {
  if (input.type === "clock") return input.nowMs;
  if (input.type === "repriced") return null;
  if (input.type === "context") return input.atMs;
  return input.type === "rows" ? input.receivedAtMs : input.event.receivedAtMs;
}

/** Holds come and go at whole multiples of this, for all scopes at once. */
export const HOLD_STEP_MS = 7_000;
const HOLDS: readonly (HoldReason | null)[] = [null, "mute", null, "maintenance", "quiet-hours"];
export const holdByTime: NonNullable<EngineOptions["hold"]> = ({ nowMs }) =>
  HOLDS[Math.floor(nowMs / HOLD_STEP_MS) % HOLDS.length] ?? null;

/** Steps as a daemon with holds does: whoever changes a hold wakes the scopes for that tick. */
export function stepWithHolds(engine: Engine, input: EngineInput): StepResult {
  const decisions: Decision[] = [];
  const toMs = clockOf(input) ?? 0;
  const fromMs = engine.nowMs ?? toMs;
  const firstMs = (Math.floor(fromMs / HOLD_STEP_MS) + 1) * HOLD_STEP_MS;
  for (let edgeMs = firstMs; edgeMs <= toMs; edgeMs += HOLD_STEP_MS) {
    decisions.push(...engine.step({ type: "clock", nowMs: edgeMs - 1 }).decisions);
    for (const scope of engine.series.scopes()) engine.wake(scope, edgeMs);
  }
  const last = engine.step(input);
  return { accepted: last.accepted, decisions: [...decisions, ...last.decisions] };
}

function nextInput(stream: Stream): EngineInput {
  const { chance } = stream;
  stream.clockMs += stepMs(stream);
  const receivedAtMs = stream.clockMs;
  if (chance.in100(8)) return { type: "clock", nowMs: receivedAtMs };
  if (chance.in100(5)) return connectionInput(chance, receivedAtMs);
  const rows = Array.from({ length: chance.pick([0, 1, 1, 1, 2, 3]) }, () => nextRow(stream));
  return { type: "rows", receivedAtMs, rows };
}

function connectionInput(chance: Chance, receivedAtMs: number): EngineInput {
  const venue = chance.pick(VENUES);
  const event = chance.pick(["open", "subscribed", "closed"] as const);
  return { type: "connection", event: { venue, connection: venue, receivedAtMs, event } };
}

function stepMs({ chance, rules, size }: Stream): number {
  const { windowMs, cooldownMs, resolve } = chance.pick(rules);
  const longest = size.stepsMs.at(-1) ?? 0;
  if (chance.in100(25)) {
    const spans = [windowMs, readDelayMs(windowMs), cooldownMs, resolve.forMs];
    const edge = chance.pick([...spans, resolve.reopenWithinMs]) + chance.pick([-1, 0, 0, 1]);
    return Math.max(0, Math.min(edge, longest));
  }
  return chance.integer(0, chance.pick(size.stepsMs));
}

function nextRow(stream: Stream): Liquidation {
  const { chance, clockMs: receivedAtMs } = stream;
  if (stream.sent.length > 0 && chance.in100(6)) {
    return { ...chance.pick(stream.sent), receivedAtMs };
  }
  const asset = chance.pick(ASSETS);
  const { windowMs } = chance.pick(stream.rules);
  const lagMs = chance.in100(8) ? windowMs + chance.integer(-2, 2) : chance.pick(LAGS_MS);
  const aheadMs = chance.in100(3) ? chance.pick([500, FUTURE_MS_MAX, FUTURE_MS_MAX + 1]) : 0;
  const row = rowOf({
    venue: chance.pick(VENUES),
    asset,
    symbol: `${asset ?? "UNHEARD"}${chance.pick(["USDT", "USDT", "USDC"])}`,
    positionSide: chance.pick(["long", "long", "short"]),
    kind: chance.in100(95) ? "liquidation" : "deleverage",
    receivedAtMs,
    occurredAtMs: receivedAtMs - lagMs + aheadMs,
    notionalCents: chance.in100(95) ? centsOf(stream) : null,
    price: chance.in100(70) ? chance.integer(59_000, 61_000) : null,
    size: chance.in100(70) ? chance.integer(1, 5_000) / 1_000 : null,
    history: chance.in100(4),
    orderKey: chance.in100(15) ? `order-${chance.integer(1, 4)}` : `own-${stream.sent.length}`,
    dedupeKey: `event-${stream.sent.length}`,
  });
  stream.sent.push(row);
  return row;
}

/** Money that alone or with a few like it stands at, or a cent beside, a threshold. */
function centsOf({ chance, rules }: Stream): number {
  const { thresholds, metric, windowMs, resolve } = chance.pick(rules);
  if (metric === "count") return chance.integer(1, 1_000_000);
  const { low, medium, high, critical } = thresholds;
  const limit = chance.pick([low, low, low, medium, high, critical]);
  const usd = metric === "usdPerSecond" ? (limit * windowMs) / 1_000 : limit;
  const part = chance.pick([1, 1, 0.5, 0.25, resolve.belowPctOfLow / 100]);
  return Math.max(1, Math.round(usd * part * 100) + chance.pick([0, 0, -1, 1]));
}
