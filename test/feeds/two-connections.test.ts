/** `connections: 2`: the same topics on two sockets side by side. */
import { afterEach, expect, test } from "vitest";
import { GapKeeper } from "../../src/feeds/gap-keeper.ts";
import { binance } from "../../src/feeds/venues/binance.ts";
import { bitmex } from "../../src/feeds/venues/bitmex.ts";
import { htx } from "../../src/feeds/venues/htx.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

// With ids, with times only, and with neither: BitMEX rows occur when they are received.
test.each([binance, htx, bitmex])(
  "$title: one drop loses nothing, nothing counts twice, and no gap is stored",
  async (venue) => {
    scene = await VenueScene.open(venue, ["BTC"]);
    await scene.listen(60_000, 2);
    const sockets = 2 * new Set(scene.status().connections.map(({ shard }) => shard)).size;
    await scene.runtime.until(() => {
      const { connections } = scene.status();
      const isReady = connections.every(({ state }) => state === "subscribed");
      return isReady && connections.length === sockets;
    });
    const publish = (cents: number) => {
      scene.publish({ price: `600${String(cents).padStart(2, "0")}` });
    };
    for (let count = 0; count < 5; count += 1) {
      publish(count);
      await scene.runtime.pass(1_100);
    }
    scene.simulator.dropConnections(1);
    for (let count = 5; count < 10; count += 1) {
      publish(count);
      await scene.runtime.pass(1_100);
    }
    await scene.runtime.until(() => scene.money().heard === scene.money().published);
    expect(scene.money().published).toBeGreaterThan(0);
    expect(scene.ledger.rows.length).toBeGreaterThan(scene.ledger.counted.length);
    expect(scene.ledger.of("closed")).toHaveLength(1);
    const gaps = new GapKeeper([], 0);
    for (const event of scene.ledger.events) gaps.on(event);
    expect(gaps.take().filter(({ reason }) => reason !== "connecting")).toEqual([]);
  },
);
