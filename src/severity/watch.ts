/** Which venues are being watched, as the connection events say: the coverage of a decision. */
import type { CoverageNote } from "../alert.ts";
import type { VenueId } from "../liquidation.ts";

interface VenueWatch {
  readonly subscribed: Set<string>;
  /** When the last connection went; null = none was ever subscribed. */
  darkSinceMs: number | null;
}

export interface WatchEvent {
  readonly venue: VenueId;
  readonly connection: string;
  readonly receivedAtMs: number;
  readonly event: "open" | "subscribed" | "closed";
}

export class Watch {
  readonly #venues = new Map<VenueId, VenueWatch>();
  readonly #isListed: boolean;

  /** `venues`: those that should be watched; none in files of bare events. */
  constructor(venues: readonly VenueId[]) {
    this.#isListed = venues.length > 0;
    for (const venue of venues) this.#of(venue);
  }

  on(event: WatchEvent): void {
    const watch = this.#of(event.venue);
    if (event.event === "subscribed") watch.subscribed.add(event.connection);
    if (event.event !== "closed" || !watch.subscribed.delete(event.connection)) return;
    if (watch.subscribed.size === 0) watch.darkSinceMs = event.receivedAtMs;
  }

  /** Subscribed now. A file of bare events says nothing of connections: all its venues are. */
  isLive(venue: VenueId): boolean {
    const watch = this.#venues.get(venue);
    return watch === undefined ? !this.#isListed : watch.subscribed.size > 0;
  }

  note(): CoverageNote {
    const all = [...this.#venues].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      watched: all.filter(([, watch]) => watch.subscribed.size > 0).map(([venue]) => venue),
      dark: all
        .filter(([, watch]) => watch.subscribed.size === 0)
        .map(([venue, watch]) => ({ venue, sinceMs: watch.darkSinceMs })),
    };
  }

  save(): readonly (readonly [VenueId, readonly string[], number | null])[] {
    return [...this.#venues].map(([venue, { subscribed, darkSinceMs }]) => [
      venue,
      [...subscribed],
      darkSinceMs,
    ]);
  }

  restore(saved: ReturnType<Watch["save"]>): void {
    for (const [venue, subscribed, darkSinceMs] of saved) {
      this.#venues.set(venue, { subscribed: new Set(subscribed), darkSinceMs });
    }
  }

  #of(venue: VenueId): VenueWatch {
    let watch = this.#venues.get(venue);
    if (watch === undefined) {
      watch = { subscribed: new Set(), darkSinceMs: null };
      this.#venues.set(venue, watch);
    }
    return watch;
  }
}
