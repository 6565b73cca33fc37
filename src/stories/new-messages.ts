/** What a list of decisions would send, edits of messages apart: for backtests and previews. Pure. */
import type { Decision, DeliveryDraft } from "../alert.ts";
import { StoryBook, type StoryBookOptions } from "./book.ts";

export class NewMessages {
  readonly #book: StoryBook;
  readonly #sent = new Set<string>();

  constructor(options: Omit<StoryBookOptions, "running">) {
    // Nothing is shown, so nobody asks for present figures.
    this.#book = new StoryBook({ ...options, running: () => null });
  }

  /** The messages that are new after this decision. Decisions come in their order. */
  after(decision: Decision): readonly DeliveryDraft[] {
    this.#book.on(decision);
    this.#book.refresh(decision.atMs);
    return this.#book.changes().deliveries.filter(({ id }) => {
      const isNew = !this.#sent.has(id);
      this.#sent.add(id);
      return isNew;
    });
  }
}

/** The longest time after its end in which an incident of these rules may reopen, ms. */
export function longestReopening(
  rules: readonly { readonly resolve: { readonly reopenWithinMs: number } }[],
): number {
  return Math.max(0, ...rules.map(({ resolve }) => resolve.reopenWithinMs));
}
