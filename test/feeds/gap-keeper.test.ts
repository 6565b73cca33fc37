import { describe, expect, it } from "vitest";
import type { Gap } from "../../src/alert.ts";
import { GapKeeper } from "../../src/feeds/gap-keeper.ts";
import type { ConnectionEvent } from "../../src/feeds/sink.ts";
import { chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;

type Said = readonly [at: number, event: ConnectionEvent["event"], connection: string, over?: Over];
type Over = Partial<Pick<ConnectionEvent, "shard" | "reason" | "venue">>;

/** Tells the keeper events at moments from the start; gives what is new, moments likewise. */
function tell(keeper: GapKeeper, ...events: readonly Said[]) {
  for (const [at, event, connection, over] of events) {
    const receivedAtMs = START_MS + at;
    keeper.on({ venue: "okx", connection, receivedAtMs, event, reason: null, ...over });
  }
  return news(keeper);
}

function news(keeper: GapKeeper) {
  return keeper.take().map(({ venue, connection, fromMs, toMs, reason }) => {
    const until = toMs === null ? "..." : toMs - START_MS;
    return `${venue} ${connection} ${fromMs - START_MS} to ${until} ${reason}`;
  });
}

describe("the gaps of a venue", () => {
  it("begin with the start and end with the first subscription", () => {
    const keeper = new GapKeeper(["okx", "bybit"], START_MS);
    expect(news(keeper)).toEqual([
      "okx all 0 to ... not running",
      "bybit all 0 to ... not running",
    ]);
    expect(tell(keeper, [10, "subscribed", "okx/swap#1"])).toEqual(["okx all 0 to 10 not running"]);
    expect(news(keeper)).toEqual([]);
  });

  it("are told once, when they open and when they end", () => {
    const keeper = new GapKeeper(["okx"], START_MS);
    expect(
      tell(keeper, [5, "open", "okx#1"], [9, "subscribed", "okx#1"], [20, "closed", "okx#1"]),
    ).toEqual([
      "okx all 0 to ... not running",
      "okx okx 0 to ... connecting",
      "okx okx 0 to 9 connecting",
      "okx all 0 to 9 not running",
      "okx okx 20 to ... closed",
    ]);
    expect(tell(keeper, [21, "open", "okx#2"], [30, "subscribed", "okx#2"])).toEqual([
      "okx okx 20 to 30 closed",
    ]);
  });

  it("carry the reason of the connection that went", () => {
    const keeper = new GapKeeper([], START_MS);
    const events: readonly Said[] = [
      [1, "subscribed", "okx#1"],
      [5, "closed", "okx#1", { reason: "1006 without a close frame" }],
    ];
    expect(tell(keeper, ...events)).toEqual(["okx okx 5 to ... 1006 without a close frame"]);
  });

  it("are none when the replacement is subscribed before the old socket goes", () => {
    const keeper = new GapKeeper([], START_MS);
    const events: readonly Said[] = [
      [1, "subscribed", "okx#1", { shard: "swap/0" }],
      [5, "open", "okx#2", { shard: "swap/0" }],
      [6, "subscribed", "okx#2", { shard: "swap/0" }],
      [7, "closed", "okx#1", { shard: "swap/0" }],
    ];
    expect(tell(keeper, ...events)).toEqual([]);
    expect(tell(keeper, [9, "closed", "okx#2", { shard: "swap/0" }])).toEqual([
      "okx swap/0 9 to ... closed",
    ]);
  });

  it("are kept per shard: one that lives does not hide one that is gone", () => {
    const keeper = new GapKeeper([], START_MS);
    const [linear, inverse] = [{ shard: "linear/0" }, { shard: "inverse/0" }];
    const events: readonly Said[] = [
      [1, "subscribed", "a#1", linear],
      [2, "open", "b#1", inverse],
      [4, "subscribed", "b#1", inverse],
      [9, "closed", "a#1", linear],
    ];
    expect(tell(keeper, ...events)).toEqual([
      "okx inverse/0 0 to ... connecting",
      "okx inverse/0 0 to 4 connecting",
      "okx linear/0 9 to ... closed",
    ]);
  });

  it("name a shard by its connection without the running number where it is not said", () => {
    const keeper = new GapKeeper([], START_MS);
    expect(tell(keeper, [1, "subscribed", "okx/swap#1"], [2, "closed", "okx/swap#1"])).toEqual([
      "okx okx/swap 2 to ... closed",
    ]);
    expect(tell(keeper, [3, "subscribed", "okx/swap#27"])).toEqual(["okx okx/swap 2 to 3 closed"]);
  });

  it("do not begin with a connection that was never subscribed", () => {
    const keeper = new GapKeeper([], START_MS);
    const events: readonly Said[] = [
      [1, "subscribed", "okx#1"],
      [2, "open", "okx#2"],
      [3, "closed", "okx#2", { reason: "refused" }],
    ];
    expect(tell(keeper, ...events)).toEqual([]);
  });

  it("do not begin with a shard that was left without topics", () => {
    const keeper = new GapKeeper([], START_MS);
    expect(
      tell(keeper, [1, "subscribed", "okx#1"], [5, "closed", "okx#1", { reason: "retired" }]),
    ).toEqual([]);
  });

  it("keep venues apart", () => {
    const keeper = new GapKeeper(["okx", "gate"], START_MS);
    news(keeper);
    expect(tell(keeper, [4, "subscribed", "x#1", { venue: "gate" }])).toEqual([
      "gate all 0 to 4 not running",
    ]);
  });

  it("begin with a shard that comes later when it comes: it missed nothing before", () => {
    const keeper = new GapKeeper([], START_MS);
    const events: readonly Said[] = [
      [1, "subscribed", "okx#1", { shard: "swap/0" }],
      [700_000, "open", "okx#2", { shard: "swap/1" }],
      [700_400, "subscribed", "okx#2", { shard: "swap/1" }],
    ];
    expect(tell(keeper, ...events)).toEqual([
      "okx swap/1 700000 to ... connecting",
      "okx swap/1 700000 to 700400 connecting",
    ]);
    expect([keeper.shardsOf("okx"), keeper.shardsOf("gate")]).toEqual([["swap/0", "swap/1"], []]);
    tell(keeper, [700_500, "closed", "okx#2", { shard: "swap/1", reason: "retired" }]);
    expect(keeper.shardsOf("okx")).toEqual(["swap/0"]);
  });

  it("are also the times in which a venue was not understood, which a restart ends", () => {
    const keeper = new GapKeeper([], START_MS);
    tell(keeper, [1, "subscribed", "okx#1"]);
    keeper.onLegible({ venue: "okx", unreadSinceMs: START_MS + 5, atMs: START_MS + 9 });
    expect(news(keeper)).toEqual(["okx unread 5 to ... not understood"]);
    keeper.onLegible({ venue: "okx", unreadSinceMs: null, atMs: START_MS + 20 });
    expect(news(keeper)).toEqual(["okx unread 5 to 20 not understood"]);
    const open = { venue: "okx", connection: "unread", fromMs: START_MS - 9, toMs: null } as const;
    const next = new GapKeeper(["okx"], START_MS, { earlier: [{ ...open, reason: "" }] });
    expect(news(next)).toEqual(["okx unread -9 to 0 ", "okx all 0 to ... not running"]);
  });

  it("are told to whoever listens, at once", () => {
    const heard: Gap[] = [];
    const keeper = new GapKeeper(["okx"], START_MS, { onGap: (gap) => heard.push(gap) });
    tell(keeper, [5, "subscribed", "okx#1"]);
    expect(heard.map(({ toMs }) => toMs)).toEqual([null, START_MS + 5]);
  });

  it("go on from an earlier run instead of beginning anew", () => {
    const open: Gap = {
      venue: "okx",
      connection: "swap/0",
      fromMs: START_MS - 5_000,
      toMs: null,
      reason: "stopped",
    };
    const keeper = new GapKeeper(["okx", "gate"], START_MS, { earlier: [open] });
    expect(news(keeper)).toEqual(["gate all 0 to ... not running"]);
    const shard = { shard: "swap/0" };
    expect(tell(keeper, [3, "open", "okx#1", shard], [8, "subscribed", "okx#1", shard])).toEqual([
      "okx swap/0 -5000 to 8 stopped",
    ]);
  });

  it("hold the whole venue after a kill, also when one of its shards was dark by then", () => {
    const dark = { venue: "okx", connection: "swap/0", fromMs: START_MS - 5_000 } as const;
    const earlier = [{ ...dark, toMs: null, reason: "cut" }];
    const keeper = new GapKeeper(["okx"], START_MS, { earlier });
    expect(news(keeper)).toEqual(["okx all 0 to ... not running"]);
    const shard = { shard: "swap/1" };
    expect(tell(keeper, [3, "open", "okx#1", shard], [8, "subscribed", "okx#1", shard])).toEqual([
      "okx swap/1 0 to ... connecting",
      "okx swap/1 0 to 8 connecting",
      "okx all 0 to 8 not running",
    ]);
  });
});

describe("random lives of connections", () => {
  it("leave exactly the seconds in which no connection of the shard was subscribed", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const chance = chanceOf(seed);
      const keeper = new GapKeeper([], START_MS);
      const subscribed = new Set<string>(["okx#0"]);
      const told = tell(keeper, [0, "subscribed", "okx#0"]);
      const dark: string[] = [];
      let darkSince: number | null = null;
      for (let at = 1; at <= 40; at += 1) {
        const connection = `okx#${chance.integer(0, 3)}`;
        const event = chance.pick(["open", "subscribed", "closed"] as const);
        if (event === "subscribed") subscribed.add(connection);
        const wasLast = subscribed.size === 1 && subscribed.has(connection);
        if (event === "closed") subscribed.delete(connection);
        told.push(...tell(keeper, [at, event, connection]));
        if (event === "closed" && wasLast) {
          darkSince = at;
          dark.push(`okx okx ${at} to ... closed`);
        }
        if (event === "subscribed" && darkSince !== null) {
          dark.push(`okx okx ${darkSince} to ${at} closed`);
          darkSince = null;
        }
      }
      expect(told, `seed ${seed}`).toEqual(dark);
    }
  });
});
