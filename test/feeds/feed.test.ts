import { afterEach, beforeEach, expect, test } from "vitest";
import { createFeed } from "../../src/feeds/feed.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import { createIntake } from "../../src/feeds/intake.ts";
import { Ledger, LogBook } from "./listening.ts";
import { MadeFeed } from "./made-feed.ts";
import { madeVenue } from "./made-venue.ts";

let feed: MadeFeed;

beforeEach(async () => {
  feed = await MadeFeed.open();
});

afterEach(() => feed.close());

test("no compression is offered and the venue's headers and path are sent", async () => {
  await feed.startSubscribed();
  expect(feed.server.extensions).toEqual([undefined]);
  expect(feed.server.paths).toEqual(["/main"]);
});

test("closes politely, says so, and leaves no timer behind", async () => {
  await feed.startSubscribed();
  await feed.listening.stop();
  expect(feed.ledger.told()).toEqual(["open", "subscribed", "closed stopped"]);
  expect(feed.runtime.timerCount).toBe(0);
  await feed.runtime.settle(() => feed.server.connections() === 0);
});

test("an address that is none of a socket is refused before anything is dialled", () => {
  const instruments = new Instruments();
  const venue = madeVenue();
  const create = () =>
    createFeed(venue, {
      settings: { wsUrl: "https://example.com", restUrl: null, connections: 1 },
      instruments,
      startIntake: () => createIntake(venue, { instruments, usdCoins: [] }),
      runtime: feed.runtime,
      log: new LogBook(),
      sink: new Ledger(),
    });
  expect(create).toThrow("Not a WebSocket address for a feed: https://example.com/main");
});
