import { describe, expect, it } from "vitest";
import type { Instrument } from "../../../src/feeds/venue.ts";
import { gate } from "../../../src/feeds/venues/gate.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const decode = (message: unknown) => decodeWith(gate, message);
const AT_MS = 1_791_435_151_500;
const ENTRY = { price: "60000.1", size: "-1250", time: AT_MS, contract: "BTC_USDT" };

function push(result: unknown, more: Record<string, unknown> = {}) {
  return { channel: "futures.public_liquidates", event: "update", time: 1, result, ...more };
}

const CONTRACTS = [
  ...listedBy(gate, 0, [
    { name: "BTC_USDT", type: "direct", quanto_multiplier: "0.0001" },
    { name: "PEPE_USDT", type: "direct", quanto_multiplier: "10000000", enable_decimal: true },
  ]),
  ...listedBy(gate, 1, [
    { name: "BTC_USD", type: "inverse", quanto_multiplier: "0" },
    { name: "ETH_USD", type: "quanto", quanto_multiplier: "0.000001" },
  ]),
];

describe("a Gate liquidation", () => {
  it("is a long when its size is negative, the opposite of the REST list", () => {
    const { rows } = decode(push([ENTRY, { ...ENTRY, size: "1250" }]));
    expect(rows.map((row) => [row.positionSide, row.size, row.priceKind])).toEqual([
      ["long", "1250", "order"],
      ["short", "1250", "order"],
    ]);
    const rest = [{ time: 1548654951, contract: "BTC_USDT", size: 600, order_price: "3405" }];
    expect(decode(rest)).toMatchObject({ rows: [], control: { type: "other" }, rejects: [] });
  });

  it("is worth contracts times coins times price, rounded once", () => {
    expect(liquidationsOf(gate, push([ENTRY]), CONTRACTS)[0]).toMatchObject({
      market: "BTC/USDT:USDT",
      size: 0.125,
      notionalCents: 750_001,
      dedupeKey: `gate|BTC_USDT|liquidation|long|${AT_MS}|1250|60000.1|0`,
    });
    const parts = { ...ENTRY, contract: "PEPE_USDT", size: "0.5", price: "0.00001" };
    expect(liquidationsOf(gate, push([parts]), CONTRACTS)[0]).toMatchObject({
      size: 5_000_000,
      notionalCents: 5_000,
    });
  });

  it("is worth a dollar per contract where it is inverse, whatever the price", () => {
    const [row] = liquidationsOf(
      gate,
      push([{ ...ENTRY, contract: "BTC_USD", size: -3_000, price: 60_000 }]),
      CONTRACTS,
    );
    expect(row).toMatchObject({ market: "BTC/USD:BTC", size: 0.05, notionalCents: 300_000 });
  });

  it("has no money where the contract is settled in a third coin", () => {
    const quanto = { ...ENTRY, contract: "ETH_USD" };
    expect(liquidationsOf(gate, push([quanto]), CONTRACTS)[0]).toMatchObject({
      asset: "ETH",
      size: null,
      notionalCents: null,
    });
  });

  it("has its time in seconds or ms, in either of two fields", () => {
    const timeOf = (entry: object) => decode(push([entry])).rows[0]?.occurredAtMs;
    const { time: _, ...bare } = ENTRY;
    expect(timeOf({ ...bare, time: 1_541_486_601 })).toBe(1_541_486_601_000);
    expect(timeOf({ ...bare, time: 1_541_486_601_123 })).toBe(1_541_486_601_123);
    expect(timeOf({ ...bare, time_ms: 1_541_486_601_123, time: 5 })).toBe(1_541_486_601_123);
    expect(decode(push([bare])).rejects[0]?.reason).toBe("time");
  });

  it("may come alone instead of in a list, with numbers instead of texts", () => {
    const { rows, pushedAtMs } = decode(
      push({ ...ENTRY, size: -124.5, price: 215.1 }, { time: 1_541_505_434 }),
    );
    expect(rows[0]).toMatchObject({ size: "124.5", price: "215.1", positionSide: "long" });
    expect(pushedAtMs).toBe(1_541_505_434_000);
    expect(decode(push([ENTRY], { time_ms: AT_MS })).pushedAtMs).toBe(AT_MS);
  });

  it("without a readable size has no side, so it is refused; its neighbours stay", () => {
    const sizes = [0, "0", "-", "--5", undefined, null, "x", "1e99"];
    const { rows, rejects } = decode(push([...sizes.map((size) => ({ ...ENTRY, size })), ENTRY]));
    expect(rows).toHaveLength(1);
    expect(rejects.map((reject) => reject.reason)).toEqual(sizes.map(() => "size"));
    const unpriced = decode(push([{ ...ENTRY, price: undefined }])).rows[0];
    expect(unpriced).toMatchObject({ price: null, size: "1250" });
    expect(decode(push([{ ...ENTRY, price: 0 }])).rejects[0]?.reason).toBe("price");
  });

  it("of a snapshot is history", () => {
    expect(decode(push([ENTRY], { event: "all" })).rows[0]?.history).toBe(true);
    expect(decode(push([ENTRY])).rows[0]?.history).toBe(false);
    expect(decode(push([ENTRY], { event: "api" })).rejects[0]?.reason).toBe("unknown-kind");
  });
});

describe("Gate's other messages", () => {
  const channel = "futures.public_liquidates";

  it("an answer is an acknowledgement unless it holds an error", () => {
    const answer = { channel, event: "subscribe", id: 4, result: { status: "success" } };
    expect(decode(answer).control).toEqual({ type: "ack", topics: null, id: "4" });
    const error = { code: 2, message: "unknown contract X" };
    expect(decode({ ...answer, error, result: null }).control).toEqual({
      type: "refused",
      topics: null,
      id: "4",
      reason: "unknown contract X (2)",
    });
  });

  it("other channels are known or refused by name", () => {
    const other = (name: string) => decode({ channel: name, event: "update", result: [] });
    expect(other("futures.tickers").control).toEqual({ type: "other" });
    expect(other("futures.contract_info").control).toEqual({ type: "other" });
    expect(other("futures.liquidates").rejects[0]).toEqual({
      reason: "unknown-kind",
      detail: 'channel is "futures.liquidates"',
    });
  });
});

describe("Gate's sockets", () => {
  const topicsOf = (listed: readonly Instrument[]) =>
    gate.channels.map((channel) => channel.topics(listed));

  it("are opened for the settlement coins that list something", () => {
    expect(topicsOf(CONTRACTS)).toEqual([["usdt/!all"], ["btc/!all"], []]);
    const usd1 = listedBy(gate, 2, [{ name: "BTC_USD1", quanto_multiplier: "0.0001" }]);
    expect(topicsOf(usd1)).toEqual([[], [], ["usd1/!all"]]);
    expect(usd1[0]).toMatchObject({ market: "BTC/USD1:USD1", contractSize: "0.0001" });
  });

  it("ask for all contracts and for sizes with their parts", () => {
    const [request] = gate.request("subscribe", ["usdt/!all"], 3);
    expect(request).toMatchObject({ id: "3", topics: ["usdt/!all"] });
    expect(JSON.parse(request?.text ?? "")).toEqual({
      time: 123_456,
      id: 3,
      channel: "futures.public_liquidates",
      event: "subscribe",
      payload: ["!all"],
    });
    for (const { headers } of gate.channels) expect(headers["X-Gate-Size-Decimal"]).toBe("1");
  });

  it("refuse names that are no perpetual contract of the list", () => {
    const { instruments, rejects } =
      gate.instruments[0]?.parse([
        { name: "BTC_USDT_20261225", quanto_multiplier: "0.0001" },
        { name: "BTCUSDT" },
      ]) ?? {};
    expect(instruments).toEqual([]);
    expect(rejects?.[0]?.detail).toBe('listing entry is "BTC_USDT_20261225"');
    expect(listedBy(gate, 1, [{ name: "BTC_USD", quanto_multiplier: "0.5" }])[0]).toMatchObject({
      isInverse: true,
      contractSize: null,
    });
  });
});
