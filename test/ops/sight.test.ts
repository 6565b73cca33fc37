/** From connections to the word that we are blind, in stepped seconds. */
import { expect, test } from "vitest";
import { GapKeeper } from "../../src/feeds/gap-keeper.ts";
import type { ConnectionEvent } from "../../src/feeds/sink.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { OpsBook } from "../../src/ops/book.ts";
import { darknessOf } from "../../src/ops/sight.ts";
import { CoverageBook } from "../../src/severity/coverage-book.ts";
import { PUBLISHED } from "../severity/coverage-samples.ts";
import { SECOND_MS, sight, T0 } from "./seen.ts";

type Said = Pick<ConnectionEvent, "venue" | "event"> & { readonly shard?: string };

/** Three venues, of which Binance has half; what is told in every second up to `endS`. */
function play(events: Readonly<Record<number, readonly Said[]>>, endS: number) {
  const venues: readonly VenueId[] = ["binance", "bybit", "okx"];
  const book = new CoverageBook({ venues, published: PUBLISHED });
  book.begin({ first: [], gaps: [] }, (venue) => keeper.shardsOf(venue));
  const keeper = new GapKeeper(venues, T0, { onGap: (gap) => book.note(gap) });
  const titles = new Map<VenueId, string>([["binance", "Binance"]]);
  const ops = new OpsBook();
  const told: string[] = [];
  for (let atS = 0; atS <= endS; atS += 1) {
    const nowMs = T0 + atS * SECOND_MS;
    for (const { venue, event, shard = "all/0" } of events[atS] ?? []) {
      const connection = `${venue}/${shard}#1`;
      keeper.on({ venue, connection, receivedAtMs: nowMs, event, reason: null, shard });
    }
    const darkness = darknessOf(book, { sinceMs: T0, nowMs, titles });
    for (const { topic, isOver, title, reasons } of ops.look(sight({ darkness }), nowMs)) {
      told.push(`${atS} ${topic} ${isOver ? "over" : `${title}: ${reasons.join(", ")}`}`);
    }
  }
  return told;
}

const all = (event: ConnectionEvent["event"]): readonly Said[] => [
  { venue: "binance", event },
  { venue: "bybit", event },
  { venue: "okx", event },
];

test("half of the usual volume dark for five minutes is told once, and that it is back", () => {
  const binance = { venue: "binance" as const };
  const told = play(
    {
      ...{ 1: all("open"), 2: all("subscribed"), 100: [{ ...binance, event: "closed" }] },
      ...{ 900: [{ ...binance, event: "open" }], 901: [{ ...binance, event: "subscribed" }] },
    },
    2_000,
  );
  expect(told).toEqual(["400 blind 50% of the usual volume: Binance", "902 blind over"]);
});

test("less than half of it, a short cut and a start that is not done are not told", () => {
  const [bybit, okx] = [{ venue: "bybit" as const }, { venue: "okx" as const }];
  expect(
    play(
      {
        ...{ 1: all("open"), 290: all("subscribed"), 300: [{ ...bybit, event: "closed" }] },
        ...{ 700: [{ ...bybit, event: "subscribed" }], 800: all("closed") },
        ...{ 1090: all("subscribed"), 1100: [{ ...okx, event: "closed" }] },
      },
      2_000,
    ),
  ).toEqual([]);
});

test("a venue with one of two connections is half dark", () => {
  const one = { venue: "binance" as const, shard: "all/1" };
  const events: Readonly<Record<number, readonly Said[]>> = {
    1: [...all("open"), { ...one, event: "open" }],
    2: [...all("subscribed"), { ...one, event: "subscribed" }],
    10: [
      { ...one, event: "closed" },
      { venue: "bybit", event: "closed" },
    ],
  };
  expect(play(events, 400)).toEqual(["310 blind 55% of the usual volume: bybit"]);
});

test("a process that never sees anything says so after five minutes", () => {
  expect(play({}, 400)).toEqual(["300 blind 100% of the usual volume: Binance, bybit, okx"]);
});
