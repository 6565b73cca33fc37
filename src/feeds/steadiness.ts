/**
 * Whether the connections of a lane hold. A venue that accepts, acknowledges and hangs up again looks
 * well at most moments; it is so only once a connection has held.
 */
import type { UnsteadyFeed } from "../venue-facts.ts";
import { HEALTHY_MS } from "./backoff.ts";

/** So many connections in a row that were subscribed and did not hold, and the lane is unsteady. */
export const HANG_UPS_MIN = 3;

export class Steadiness {
  #hangUps = 0;
  #sinceMs = 0;
  #reason = "";

  /**
   * A connection ended at `nowMs` (wall clock). One that was never subscribed (`healthyMs` null) says
   * nothing: a venue that lets nobody in is down, and that is shown.
   */
  ended(
    { healthyMs, reason }: { readonly healthyMs: number | null; readonly reason: string },
    nowMs: number,
  ): void {
    if (healthyMs === null) return;
    if (healthyMs >= HEALTHY_MS) {
      this.#hangUps = 0;
      return;
    }
    if (this.#hangUps === 0) this.#sinceMs = nowMs;
    this.#hangUps += 1;
    this.#reason = reason;
  }

  /** `heldMs` is how long the best of the present connections is subscribed, ms; 0 = none is. */
  unsteady(heldMs: number): UnsteadyFeed | null {
    if (this.#hangUps < HANG_UPS_MIN || heldMs >= HEALTHY_MS) return null;
    return { sinceMs: this.#sinceMs, hangUps: this.#hangUps, reason: this.#reason };
  }
}

/** Of a venue's shards with their lanes: one steady lane carries its shard. The worst of the others. */
export function unsteadyOf(
  shards: readonly (readonly (UnsteadyFeed | null)[])[],
): UnsteadyFeed | null {
  const carried = shards.map((lanes) => (lanes.includes(null) ? [] : lanes));
  const found = carried.flat().filter((one) => one !== null);
  return found.toSorted((left, right) => right.hangUps - left.hangUps)[0] ?? null;
}
