import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HEALTHY_MS } from "../../src/feeds/backoff.ts";
import { HANG_UPS_MIN, Steadiness, unsteadyOf } from "../../src/feeds/steadiness.ts";
import { MadeFeed } from "./made-feed.ts";
import { madeChannel } from "./made-venue.ts";

const CUT = "cut: code 1006";

describe("a lane", () => {
  const short = { healthyMs: HEALTHY_MS - 1, reason: CUT };

  test("is unsteady from the third hang-up in a row until a connection holds", () => {
    const steadiness = new Steadiness();
    for (let hangUp = 1; hangUp < HANG_UPS_MIN; hangUp += 1) steadiness.ended(short, hangUp);
    expect(steadiness.unsteady(0)).toBe(null);
    steadiness.ended(short, HANG_UPS_MIN);
    expect(steadiness.unsteady(0)).toEqual({ sinceMs: 1, hangUps: 3, reason: CUT });
    expect(steadiness.unsteady(HEALTHY_MS - 1)?.hangUps).toBe(3);
    expect(steadiness.unsteady(HEALTHY_MS)).toBe(null);
  });

  test("begins to count anew after one that held, and tries that failed say nothing", () => {
    const steadiness = new Steadiness();
    const refused = { healthyMs: null, reason: "http: HTTP 503 on upgrade" };
    for (const ended of [short, refused, refused, short, refused]) steadiness.ended(ended, 5);
    expect(steadiness.unsteady(0)).toBe(null);
    steadiness.ended({ healthyMs: HEALTHY_MS, reason: CUT }, 6);
    for (const ended of [short, short]) steadiness.ended(ended, 7);
    expect(steadiness.unsteady(0)).toBe(null);
    steadiness.ended(short, 8);
    expect(steadiness.unsteady(0)).toMatchObject({ sinceMs: 7, hangUps: 3 });
  });
});

test("a steady socket carries its shard, and the worst of the other shards stands for the venue", () => {
  const bad = (hangUps: number) => ({ sinceMs: 1, hangUps, reason: CUT });
  expect(unsteadyOf([])).toBe(null);
  expect(unsteadyOf([[bad(9), null], [null]])).toBe(null);
  expect(unsteadyOf([[bad(3)], [bad(9), null], [bad(5), bad(4)]])?.hangUps).toBe(5);
});

describe("a feed over real sockets", () => {
  let feed: MadeFeed;

  beforeEach(async () => {
    feed = await MadeFeed.open();
  });
  afterEach(() => feed.close());

  /** Each is subscribed for five seconds. */
  async function hangUps(times: number): Promise<void> {
    for (let hangUp = 0; hangUp < times; hangUp += 1) {
      await feed.runtime.pass(5_000);
      await feed.cut();
    }
  }

  test("that hangs up repeatedly is subscribed and not well until a connection has held", async () => {
    await feed.startSubscribed();
    await hangUps(2);
    expect(feed.status()).toMatchObject({ state: "subscribed", unsteady: null });
    await hangUps(1);
    const sinceMs = feed.ledger.of("closed")[0]?.receivedAtMs;
    const unsteady = { sinceMs, hangUps: 3, reason: CUT };
    expect(feed.status()).toMatchObject({ state: "subscribed", unsteady });
    await feed.runtime.pass(HEALTHY_MS - 1_000);
    expect(feed.status().unsteady).toMatchObject({ hangUps: 3 });
    await feed.runtime.pass(1_000);
    expect(feed.status().unsteady).toBe(null);
    // The next cut is one of a connection that held.
    await feed.cut();
    await hangUps(2);
    expect(feed.status().unsteady).toBe(null);
  });

  test("is shown while it is down in between, too, and a venue that lets nobody in is only down", async () => {
    feed.start({ channels: [madeChannel("main", ["t1"]), madeChannel("bad", ["t2"])] });
    feed.server.statusOf.set("/bad", { status: 503 });
    await feed.runtime.until(() => feed.ledger.of("subscribed").length === 1);
    await feed.runtime.pass(120_000);
    expect(feed.status().unsteady).toBe(null);
    // The first of them had held for two minutes.
    await hangUps(4);
    const closed = feed.ledger.of("closed").length;
    feed.server.drop();
    await feed.runtime.until(() => feed.ledger.of("closed").length > closed);
    expect(feed.status().unsteady).toMatchObject({ hangUps: 4 });
  });
});
