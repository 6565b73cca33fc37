import { describe, expect, it } from "vitest";
import { bitfinex } from "../../../src/feeds/venues/bitfinex.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const AT_MS = 1_593_522_802_534.75;
const CONTEXT = { receivedAtMs: null, subscribedAtMs: null };

/** A trigger of the position, unless `more` says otherwise by index. */
function position(more: Readonly<Record<number, unknown>> = {}): unknown[] {
  const row = ["pos", 143_683_674, AT_MS, null, "tBTCF0:USTF0", 0.5, 9_135.97, null, 0, 1, null];
  return Object.assign([...row, 9_080], more);
}

const frame = (...positions: unknown[]) => [386_841, positions, 7, 1_593_566_593_351];
const listed = [
  ...listedBy(bitfinex, 0, [["BTCF0:USTF0", "ETHF0:USTF0"]]),
  ...listedBy(bitfinex, 1, [["BSVUSD", "DOGE:UST", "ETHBTC"]]),
];

describe("a Bitfinex liquidation", () => {
  it("has the side of the position: the sign of its amount", () => {
    const { rows } = decodeWith(bitfinex, frame(position(), position({ 5: -0.5 })));
    expect(rows.map((row) => [row.positionSide, row.size])).toEqual([
      ["long", "0.5"],
      ["short", "0.5"],
    ]);
  });

  it("is worth the price it was taken at, never the price it was opened at", () => {
    const [row] = liquidationsOf(bitfinex, frame(position()), listed);
    expect(row).toMatchObject({
      ...{ market: "BTC/USDT:USDT", price: 9_080, priceKind: "bankruptcy", size: 0.5 },
      ...{ notionalCents: 454_000, occurredAtMs: 1_593_522_802_534 },
      dedupeKey: "bitfinex|tBTCF0:USTF0|143683674",
    });
    const [open] = liquidationsOf(bitfinex, frame(position({ 11: null })), listed);
    expect(open).toMatchObject({ price: null, size: 0.5, notionalCents: null });
  });

  it("is told by its trigger once: executions of the same position add nothing", () => {
    const read = decodeWith(bitfinex, frame(position({ 8: 1, 5: 0.2 }), position()));
    expect(read.rows.map((row) => row.size)).toEqual(["0.5"]);
    expect(read.rejects).toEqual([]);
  });

  it("of a margin pair is told with the pair's own money", () => {
    const rows = liquidationsOf(
      bitfinex,
      frame(position({ 4: "tBSVUSD", 11: 112.27 }), position({ 1: 2, 4: "tETHBTC", 11: 0.05 })),
      listed,
    );
    expect(rows.map((row) => [row.market, row.asset, row.notionalCents])).toEqual([
      ["BSV/USD", "BSV", 5_614],
      ["ETH/BTC", "ETH", null],
    ]);
  });

  it("is refused alone when a field is none", () => {
    const wrong = [{ 1: "x" }, { 2: 5 }, { 4: null }, { 5: 0 }, { 8: 2 }, { 11: -1 }].map(position);
    const read = decodeWith(bitfinex, frame(...wrong, position(), "pos", ["neg"]));
    expect(read.rows).toHaveLength(1);
    expect(read.rejects.map((reject) => reject.reason)).toEqual([
      ...["shape", "time", "shape", "size", "shape", "price", "shape", "shape"],
    ]);
  });
});

describe("Bitfinex's channels", () => {
  it("are told apart by the number that the venue gave on this connection", () => {
    const state = bitfinex.start();
    const say = (message: unknown) => bitfinex.decode(JSON.stringify(message), state, CONTEXT);
    const subscribed = { event: "subscribed", channel: "status", chanId: 5, key: "liq:global" };
    expect(say(subscribed).control).toEqual({ type: "ack", topics: ["liq:global"], id: null });
    expect(say([5, [position()]]).rows).toHaveLength(1);
    expect(say([6, [position()]]).control).toEqual({ type: "other" });
    expect(say([5, "hb"]).control).toEqual({ type: "heartbeat", reply: null });
    expect(say([5, []]).control).toEqual({ type: "other" });
  });

  it("close with notice before a restart", () => {
    const info = (code: number) => decodeWith(bitfinex, { event: "info", code, msg: "x" }).control;
    expect(info(20_051)).toEqual({ type: "closing", reason: "info 20051" });
    expect(info(20_061)).toEqual({ type: "other" });
  });
});

it("Bitfinex's coins go by their usual names", () => {
  expect(listed.map(({ symbol, market }) => [symbol, market])).toEqual([
    ["tBTCF0:USTF0", "BTC/USDT:USDT"],
    ["tETHF0:USTF0", "ETH/USDT:USDT"],
    ["tBSVUSD", "BSV/USD"],
    ["tDOGE:UST", "DOGE/USDT"],
    ["tETHBTC", "ETH/BTC"],
  ]);
});
