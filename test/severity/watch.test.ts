import { describe, expect, it } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import { Watch, type WatchEvent } from "../../src/severity/watch.ts";
import { T0 } from "./samples.ts";

function event(event: WatchEvent["event"], over: Partial<WatchEvent> = {}): WatchEvent {
  return { venue: "okx", connection: "okx#1", receivedAtMs: T0, event, ...over };
}

function watchAfter(venues: readonly VenueId[], ...events: readonly WatchEvent[]) {
  const watch = new Watch(venues);
  for (const one of events) watch.on(one);
  return watch;
}

describe("which venues are watched", () => {
  it("starts with every expected venue dark, and with none when none is expected", () => {
    expect(new Watch(["okx", "bybit"]).note()).toEqual({
      watched: [],
      dark: [
        { venue: "bybit", sinceMs: null },
        { venue: "okx", sinceMs: null },
      ],
    });
    expect(new Watch([]).note()).toEqual({ watched: [], dark: [] });
  });

  it("takes a venue as watched once it is subscribed, not when it is open", () => {
    expect(watchAfter(["okx"], event("open")).note().watched).toEqual([]);
    expect(watchAfter(["okx"], event("open"), event("subscribed")).note()).toEqual({
      watched: ["okx"],
      dark: [],
    });
  });

  it("says since when it is dark: when the last connection went", () => {
    const watch = watchAfter(
      ["okx"],
      event("subscribed"),
      event("subscribed", { connection: "okx#2" }),
      event("closed", { receivedAtMs: T0 + 10 }),
    );
    expect(watch.note().watched).toEqual(["okx"]);
    watch.on(event("closed", { connection: "okx#2", receivedAtMs: T0 + 20 }));
    expect(watch.note()).toEqual({ watched: [], dark: [{ venue: "okx", sinceMs: T0 + 20 }] });
  });

  it("is not dark anew when a connection closes that was never subscribed", () => {
    const watch = watchAfter(
      ["okx"],
      event("subscribed"),
      event("closed", { receivedAtMs: T0 + 5 }),
      event("open", { connection: "okx#2", receivedAtMs: T0 + 6 }),
      event("closed", { connection: "okx#2", receivedAtMs: T0 + 7 }),
    );
    expect(watch.note().dark).toEqual([{ venue: "okx", sinceMs: T0 + 5 }]);
  });

  it("takes up a venue that only the recording knows", () => {
    expect(watchAfter([], event("subscribed", { venue: "gate" })).note().watched).toEqual(["gate"]);
  });

  it("comes back from what it saved, through JSON", () => {
    const watch = watchAfter(["bybit", "okx", "gate"], event("subscribed"), event("closed"));
    watch.on(event("subscribed", { venue: "gate", connection: "g" }));
    const again = new Watch([]);
    const saved: ReturnType<Watch["save"]> = JSON.parse(JSON.stringify(watch.save()));
    again.restore(saved);
    expect(again.note()).toEqual(watch.note());
    again.on(event("closed", { venue: "gate", connection: "g", receivedAtMs: T0 + 9 }));
    expect(again.note().dark).toContainEqual({ venue: "gate", sinceMs: T0 + 9 });
  });
});
