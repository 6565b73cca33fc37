import { describe, expect, it } from "vitest";
import { htx } from "../../../src/feeds/venues/htx.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const decode = (message: unknown) => decodeWith(htx, message);
const AT_MS = 1_789_670_297_212;
const ENTRY = {
  symbol: "ETH",
  contract_code: "ETH-USDT",
  direction: "buy",
  offset: "close",
  volume: 500,
  price: 2446.26,
  created_at: AT_MS,
  amount: 5,
  trade_turnover: 12231.3,
};

function push(...data: unknown[]) {
  return { op: "notify", topic: "public.ETH-USDT.liquidation_orders", ts: AT_MS + 5, data };
}

const CONTRACTS = [
  ...listedBy(htx, 0, {
    status: "ok",
    data: [
      { symbol: "ETH", contract_code: "ETH-USDT", contract_size: 0.01 },
      { symbol: "BTC", contract_code: "BTC-USDT-211231", contract_size: 0.001 },
    ],
  }),
  ...listedBy(htx, 1, {
    data: [{ symbol: "BTC", contract_code: "BTC-USD", contract_size: 100 }],
  }),
  ...listedBy(htx, 2, {
    data: [{ symbol: "BTC", contract_code: "BTC201225", contract_size: 100 }],
  }),
];

describe("an HTX liquidation", () => {
  it("has the side of the order: a sell closed a long, a buy a short", () => {
    const sides = decode(push(ENTRY, { ...ENTRY, direction: "sell", offset: "both" })).rows;
    expect(sides.map((row) => row.positionSide)).toEqual(["short", "long"]);
    expect(decode(push({ ...ENTRY, direction: "long" })).rejects[0]?.reason).toBe("unknown-side");
    expect(decode(push({ ...ENTRY, offset: "open" })).rejects).toEqual([
      { reason: "unknown-side", detail: 'offset is "open"' },
    ]);
  });

  it("is worth its turnover, and its size is sent in coins", () => {
    expect(liquidationsOf(htx, push(ENTRY), CONTRACTS)[0]).toMatchObject({
      market: "ETH/USDT:USDT",
      price: 2446.26,
      priceKind: "bankruptcy",
      size: 5,
      notionalCents: 1_223_130,
      dedupeKey: `htx|ETH-USDT|liquidation|short|${AT_MS}|5|2446.26|0`,
    });
  });

  it("without its turnover is worth coins times price, without its coins turnover over price", () => {
    const { trade_turnover: _turnover, ...untold } = ENTRY;
    const computed = liquidationsOf(htx, push(untold), CONTRACTS)[0];
    expect(computed).toMatchObject({ size: 5, notionalCents: 1_223_130 });
    const { amount: _amount, ...uncounted } = ENTRY;
    const divided = liquidationsOf(htx, push(uncounted), CONTRACTS)[0];
    expect(divided?.notionalCents).toBe(1_223_130);
    expect(divided?.size).toBeCloseTo(5, 12);
  });

  it("is worth contracts times dollars where it is coin-margined", () => {
    const coin = {
      symbol: "BTC",
      contract_code: "BTC-USD",
      direction: "buy",
      offset: "close",
      volume: 173,
      price: 17102.9,
      created_at: 1_606_381_842_485,
      amount: 1.0115243613656164,
    };
    const [row] = liquidationsOf(htx, push(coin), CONTRACTS);
    expect(row).toMatchObject({ market: "BTC/USD:BTC", notionalCents: 1_730_000 });
    expect(row?.size).toBeCloseTo(coin.amount, 12);
    const future = { ...coin, contract_code: "BTC201225", trade_turnover: 1.01 };
    const [dated] = liquidationsOf(htx, push(future), CONTRACTS);
    expect(dated).toMatchObject({ market: "BTC/USD:BTC-201225", notionalCents: 1_730_000 });
  });

  it("may have its numbers as texts, and bad ones do not spoil the rest", () => {
    const texts = { ...ENTRY, amount: "5", price: "2446.26", created_at: String(AT_MS) };
    const { rows, rejects, pushedAtMs } = decode(
      push(
        texts,
        { ...ENTRY, amount: 0 },
        { ...ENTRY, price: -1 },
        { ...ENTRY, trade_turnover: "x" },
        { ...ENTRY, created_at: 5 },
        { ...ENTRY, contract_code: 7 },
        "x",
        ENTRY,
      ),
    );
    expect(rows.map((row) => row.size)).toEqual(["5", "5"]);
    expect(rejects.map((reject) => reject.reason)).toEqual([
      "size",
      "price",
      "size",
      "time",
      "shape",
      "shape",
    ]);
    expect(pushedAtMs).toBe(AT_MS + 5);
  });
});

describe("HTX's other messages", () => {
  it("a ping is answered with its own time stamp, as text or as number", () => {
    expect(decode({ op: "ping", ts: "1789676355591" }).control).toEqual({
      type: "heartbeat",
      reply: '{"op":"pong","ts":"1789676355591"}',
    });
    expect(decode({ op: "ping", ts: 1_789_676_355_591 }).control).toEqual({
      type: "heartbeat",
      reply: '{"op":"pong","ts":1789676355591}',
    });
    for (const ts of ["9".repeat(33), {}, null, undefined]) {
      expect(decode({ op: "ping", ts }).control).toEqual({ type: "heartbeat", reply: null });
    }
  });

  it("answers carry the id, and a code above 0 is a refusal", () => {
    const topic = "public.*.liquidation_orders";
    const ack = { type: "ack", topics: null, id: "3" };
    expect(decode({ op: "sub", cid: "3", topic, "err-code": 0 }).control).toEqual(ack);
    const repeated = { "err-code": 2014, "err-msg": "Repeated subscription." };
    expect(decode({ op: "sub", cid: "3", topic, ...repeated }).control).toEqual({
      type: "refused",
      topics: null,
      id: "3",
      reason: "Repeated subscription. (2014)",
    });
    expect(decode({ op: "error", "err-code": 2003 }).control?.type).toBe("refused");
  });

  it("a closing is announced, other topics are known or refused by name", () => {
    expect(decode({ op: "close", ts: 1 }).control).toEqual({ type: "closing", reason: "op close" });
    const notify = (topic: string) => decode({ op: "notify", topic, data: [] });
    expect(notify("public.BTC-USDT.funding_rate").control).toEqual({ type: "other" });
    expect(notify("public.BTC-USDT.trades").rejects[0]?.reason).toBe("unknown-kind");
    expect(decode({ op: "party" }).rejects[0]?.reason).toBe("unknown-kind");
    expect(decode({ code: 200, data: [ENTRY] })).toMatchObject({ rows: [], rejects: [] });
  });
});

describe("HTX's sockets", () => {
  it("take wildcards, and coin-margined futures one topic per coin", () => {
    expect(htx.channels.map((channel) => channel.topics(CONTRACTS))).toEqual([
      ["linear/*"],
      ["swap/*"],
      ["futures/BTC"],
    ]);
    expect(htx.channels[2]?.topics([])).toEqual([]);
  });

  it("ask for dated linear contracts too, and unsubscribe in the venue's word", () => {
    const texts = htx.request("subscribe", ["linear/*", "futures/BTC"], 1).map(({ text }) => text);
    expect(texts).toEqual([
      '{"op":"sub","cid":"1","topic":"public.*.liquidation_orders","business_type":"all"}',
      '{"op":"sub","cid":"2","topic":"public.BTC.liquidation_orders"}',
    ]);
    expect(htx.request("unsubscribe", ["swap/*"], 9)[0]?.text).toBe(
      '{"op":"unsub","cid":"9","topic":"public.*.liquidation_orders"}',
    );
  });

  it("list linear, coin-margined and dated contracts, and the dollars of a coin-margined one", () => {
    expect(CONTRACTS.map((one) => [one.market, one.isInverse, one.contractSize])).toEqual([
      ["ETH/USDT:USDT", false, null],
      ["BTC/USDT:USDT-211231", false, null],
      ["BTC/USD:BTC", true, "100"],
      ["BTC/USD:BTC-201225", true, "100"],
    ]);
    const { instruments, rejects } =
      htx.instruments[1]?.parse({ data: [{ symbol: "X", contract_code: "X-USD" }] }) ?? {};
    expect(instruments).toEqual([]);
    expect(rejects?.[0]?.detail).toBe('listing entry is "X-USD"');
  });
});
