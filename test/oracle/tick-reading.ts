/**
 * SPEC 11 lets `replay` skip ticks at which nothing can happen. Between two ticks without a line,
 * an evaluation depends only on the rows in the window, on `now >= quietUntil` and on how long the
 * value has been under the limit. So a tick is worth running when one of those changes at it; the
 * tick before it is run too, because it is the last at which the old value was seen.
 */
import { TICK_MS } from "../../src/rule.ts";
import type { ScopeState } from "./incident-reading.ts";
import { delayMs, isInWholeSeconds, type TakenRow } from "./window-reading.ts";

export function tickAtOrAfter(timeMs: number): number {
  return Math.ceil(timeMs / TICK_MS) * TICK_MS;
}

export function tickAfter(timeMs: number): number {
  return (Math.floor(timeMs / TICK_MS) + 1) * TICK_MS;
}

/** The first moment after `nowMs` at which an evaluation can differ; null when none ever will. */
export function nextChangeMs(states: Iterable<ScopeState>, nowMs: number): number | null {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const state of states) {
    for (const changeMs of changesOf(state)) {
      if (changeMs > nowMs && changeMs < nextMs) nextMs = changeMs;
    }
  }
  return nextMs === Number.POSITIVE_INFINITY ? null : nextMs;
}

function* changesOf(state: ScopeState): Generator<number> {
  for (const row of state.series) yield* edgesOf(row, state);
  if (state.incident === null) return;
  if (state.incident.isSilent) yield state.quietUntilMs;
  const isUnder = state.lastNotUnderMs < state.lastEvaluationMs;
  if (isUnder) yield state.lastNotUnderMs + state.rule.resolve.forMs;
}

/** When a row comes into the window of a rule, and when it leaves. */
function* edgesOf(row: TakenRow, { rule }: ScopeState): Generator<number> {
  if (row.isTooOld) return;
  if (isInWholeSeconds(rule)) {
    yield Math.floor(row.windowTimeMs / 1000) * 1000 + rule.windowMs;
    return;
  }
  const entersMs = row.windowTimeMs + delayMs(rule);
  yield entersMs;
  yield entersMs + rule.windowMs;
}
