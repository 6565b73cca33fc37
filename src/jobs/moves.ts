/** What to do next for a target, from what waits, what its service takes, and its budget. Pure. */
import type { MessageBudget } from "../notifiers/notifier.ts";
import type { TargetQueue } from "../store/delivery-store.ts";
import type { Pace, RequestKind } from "./pace.ts";

/** Messages that would wait longer than this one after the other become one digest. */
export const DIGEST_WAIT_MS = 5_000;
/** The next digest comes no sooner: it would be as small as the messages it stands for. */
export const DIGEST_EVERY_MS = 20_000;
/** So many CRITICAL ones go before a digest, by themselves. */
const CRITICAL_ALONE_MAX = 3;

export type Move =
  /** `untilMs` null = until something changes. */
  | { readonly type: "wait"; readonly untilMs: number | null }
  | { readonly type: "message" | "edit" }
  | { readonly type: "merge"; readonly into: "digest" | "overflow" };

export interface Situation {
  readonly queue: TargetQueue;
  /** Those that limit this target: its own, and those that it shares. */
  readonly paces: readonly Pace[];
  /** null = as many as there are. */
  readonly budget: MessageBudget | null;
  /** When the last digest was made; negative infinity before the first. */
  readonly digestAtMs: number;
  readonly nowMs: number;
}

export function nextMove(situation: Situation): Move {
  const { queue, paces, nowMs } = situation;
  const retryAtMs = queue.retryAtMs ?? 0;
  if (retryAtMs > nowMs) return { type: "wait", untilMs: retryAtMs };
  const waits: number[] = [];
  if (queue.due > 0) {
    const move = moveOfMessages(situation);
    if (move.type !== "wait") return move;
    if (move.untilMs !== null) waits.push(move.untilMs);
  }
  for (const [dueAtMs, kind] of [
    [queue.editAtMs, "edit"],
    [queue.figuresAtMs, "figures"],
  ] as const) {
    if (dueAtMs === null) continue;
    const freeAtMs = Math.max(dueAtMs, nextOf(paces, nowMs, kind));
    if (freeAtMs <= nowMs) return { type: "edit" };
    waits.push(freeAtMs);
  }
  if (queue.settlesAtMs !== null) waits.push(queue.settlesAtMs);
  return { type: "wait", untilMs: waits.length === 0 ? null : Math.min(...waits) };
}

function moveOfMessages(situation: Situation): Move {
  const { queue, paces, budget, digestAtMs, nowMs } = situation;
  if (queue.counted > 0 && budget !== null && isUsedUp(queue, budget)) {
    return { type: "merge", into: "overflow" };
  }
  const freeAtMs = nextOf(paces, nowMs, "message");
  if (freeAtMs > nowMs) return { type: "wait", untilMs: freeAtMs };
  const isAlone = queue.critical > 0 && queue.critical <= CRITICAL_ALONE_MAX;
  if (queue.due < 2 || isAlone) return { type: "message" };
  const lastMs = Math.max(...paces.map((pace) => pace.lastOfMs(nowMs, queue.due)), nowMs);
  if (lastMs - nowMs <= DIGEST_WAIT_MS) return { type: "message" };
  // One by one they would use up what the next digest needs.
  const nextDigestAtMs = digestAtMs + DIGEST_EVERY_MS;
  if (nextDigestAtMs > nowMs) return { type: "wait", untilMs: nextDigestAtMs };
  return { type: "merge", into: "digest" };
}

/** Summaries may take half of it: the other half is for what nobody knows yet. */
function isUsedUp(queue: TargetQueue, { perHour, perDay }: MessageBudget): boolean {
  const share = queue.counted === queue.summaries ? 0.5 : 1;
  return queue.shownInHour >= perHour * share || queue.shownInDay >= perDay * share;
}

function nextOf(paces: readonly Pace[], nowMs: number, kind: RequestKind): number {
  return Math.max(nowMs, ...paces.map((pace) => pace.nextMs(nowMs, kind)));
}
