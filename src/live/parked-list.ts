/** The targets that are parked now, as an earlier run left them and as events change them. */
import type { ParkedTarget } from "../notice.ts";
import type { TargetEvent } from "../store/store.ts";

export class ParkedList {
  readonly #parked = new Map<string, ParkedTarget>();

  restore(parked: readonly ParkedTarget[]): void {
    for (const one of parked) this.#parked.set(one.target, one);
  }

  on({ target, parked }: TargetEvent): void {
    if (parked === null) this.#parked.delete(target);
    else this.#parked.set(target, parked);
  }

  list(): readonly ParkedTarget[] {
    return [...this.#parked.values()];
  }
}
