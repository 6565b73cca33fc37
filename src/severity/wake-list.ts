/** The scopes that time alone can change, and the next clock at which one of them has to be looked at. */
import { TICK_MS } from "../rule.ts";
import { inOrder, type ScopeState } from "./scope.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** The first tick after `lastTickMs` that is not before `dueMs`; Infinity stays Infinity. */
export function nextTickMs(dueMs: number, lastTickMs: number): number {
  if (dueMs === NEVER) return NEVER;
  return Math.max(Math.ceil(dueMs / TICK_MS) * TICK_MS, lastTickMs + TICK_MS);
}

export class WakeList {
  /** Scopes with rows that can still enter or leave, an incident or a stretch. */
  #active: ScopeState[] = [];
  #nextWakeMs = NEVER;

  get isEmpty(): boolean {
    return this.#active.length === 0;
  }

  get active(): readonly ScopeState[] {
    return this.#active;
  }

  /** The first tick after `lastTickMs` at which something can change; Infinity when nothing can. */
  nextTickMs(lastTickMs: number): number {
    return nextTickMs(this.#nextWakeMs, lastTickMs);
  }

  wake(scope: ScopeState, atMs: number): void {
    scope.wakeAtMs = Math.min(scope.wakeAtMs, atMs);
    this.#nextWakeMs = Math.min(this.#nextWakeMs, scope.wakeAtMs);
    if (scope.activeAt >= 0) return;
    scope.activeAt = this.#active.length;
    this.#active.push(scope);
  }

  /** Nothing but a row can change this scope any more. */
  sleep(scope: ScopeState): void {
    const last = this.#active.at(-1);
    if (scope.activeAt < 0 || last === undefined) return;
    this.#active[scope.activeAt] = last;
    last.activeAt = scope.activeAt;
    this.#active.pop();
    scope.activeAt = -1;
  }

  /** Those to look at on this tick, in the order of decisions; `settle` must follow the looks. */
  due(tickMs: number): readonly ScopeState[] {
    return this.#active.filter((scope) => scope.wakeAtMs <= tickMs).sort(inOrder);
  }

  settle(): void {
    let next = NEVER;
    for (const scope of this.#active) if (scope.wakeAtMs < next) next = scope.wakeAtMs;
    this.#nextWakeMs = next;
  }
}
