/** What happened since start, for the run summary: decisions and what became of messages. */
import type { Decision, DecisionKind } from "../alert.ts";
import type { RunSummary } from "../queries.ts";
import type { StoreEvent } from "../store/store.ts";

export class RunCounts {
  readonly alerts: Record<DecisionKind, number> = {
    opened: 0,
    escalated: 0,
    reopened: 0,
    resolved: 0,
    suppressed: 0,
  };
  readonly #outcomes = { delivered: 0, edited: 0, retried: 0, parked: 0, lost: 0 };
  readonly #byNotifier = new Map<string, number>();
  /** By target: messages that nobody has seen. */
  readonly #waiting = new Map<string, number>();

  decided(decisions: readonly Decision[]): void {
    for (const { decision } of decisions) this.alerts[decision] += 1;
  }

  waits({ target, messages }: Extract<StoreEvent, { readonly type: "waiting" }>): void {
    this.#waiting.set(target, messages);
  }

  delivered(event: Extract<StoreEvent, { readonly type: "delivery" }>): void {
    const outcome = event.outcome === "retry" ? "retried" : event.outcome;
    this.#outcomes[outcome] += 1;
    if (outcome !== "delivered") return;
    this.#byNotifier.set(event.target, (this.#byNotifier.get(event.target) ?? 0) + 1);
  }

  deliveries(): RunSummary["deliveries"] {
    const { delivered, edited, retried, parked } = this.#outcomes;
    return {
      ...{ delivered, edited, retried, parked },
      pending: [...this.#waiting.values()].reduce((sum, messages) => sum + messages, 0),
      byNotifier: Object.fromEntries(this.#byNotifier),
    };
  }
}
