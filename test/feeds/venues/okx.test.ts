import { describe, expect, it } from "vitest";
import { okx } from "../../../src/feeds/venues/okx.ts";

const DETAIL = { bkPx: "0.072682", posSide: "long", side: "sell", sz: "2", ts: "1791435480289" };

function decode(message: unknown, subscribedAtMs: number | null = null) {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return okx.decode(text, null, { receivedAtMs: null, subscribedAtMs });
}

function push(data: unknown, subscribedAtMs: number | null = null) {
  return decode({ arg: { channel: "liquidation-orders", instType: "SWAP" }, data }, subscribedAtMs);
}

function details(...rows: unknown[]) {
  return push([{ instId: "BTC-USDT-SWAP", details: rows }]);
}

describe("an OKX liquidation", () => {
  it("names the position by posSide, and by the order's side in net mode", () => {
    const sides = details(
      DETAIL,
      { ...DETAIL, posSide: "short", side: "buy" },
      { ...DETAIL, posSide: "net", side: "sell" },
      { ...DETAIL, posSide: "net", side: "buy" },
      { ...DETAIL, posSide: "", side: "buy" },
      { ...DETAIL, side: undefined },
    ).rows.map((row) => row.positionSide);
    expect(sides).toEqual(["long", "short", "long", "short", "short", "long"]);
  });

  it("is refused as a schema alarm when posSide and side disagree", () => {
    const { rows, rejects } = details({ ...DETAIL, side: "buy" });
    expect(rows).toEqual([]);
    expect(rejects).toEqual([
      {
        reason: "unknown-side",
        detail: 'posSide (schema alarm: the two disagree) is "long with side buy"',
      },
    ]);
  });

  it("is refused when a side is none", () => {
    const reasons = details(
      { ...DETAIL, side: "hold" },
      { ...DETAIL, posSide: "both" },
      { ...DETAIL, posSide: "net", side: "" },
    ).rejects.map((reject) => reject.reason);
    expect(reasons).toEqual(["unknown-side", "unknown-side", "unknown-side"]);
  });

  it("is read from every entry and every detail, good ones beside bad ones", () => {
    const { rows, rejects } = push([
      { instId: "A-USDT-SWAP", details: [DETAIL, { ...DETAIL, sz: "-1" }, DETAIL] },
      { instId: "B-USDT-SWAP", details: "none" },
      null,
      { instId: "C-USDT-SWAP", details: [{ ...DETAIL, ts: "1791435480289.9" }] },
    ]);
    expect(rows.map((row) => row.symbol)).toEqual(["A-USDT-SWAP", "A-USDT-SWAP", "C-USDT-SWAP"]);
    expect(rows[2]?.occurredAtMs).toBe(1_791_435_480_289);
    expect(rejects.map((reject) => reject.reason)).toEqual(["size", "shape", "shape"]);
  });

  it("is history when it is older than the subscription", () => {
    const rows = [DETAIL, { ...DETAIL, ts: "1791435480290" }];
    const data = [{ instId: "A-USDT-SWAP", details: rows }];
    expect(push(data, 1_791_435_480_290).rows.map((row) => row.history)).toEqual([true, false]);
    expect(push(data, null).rows.map((row) => row.history)).toEqual([false, false]);
  });

  it("refuses times that are not digits from 2017 on", () => {
    for (const ts of [1_791_435_480_289, "0", "-1", "1e12", "1.7.9", "", null, "9".repeat(33)]) {
      expect(details({ ...DETAIL, ts }).rejects[0]?.reason).toBe("time");
    }
  });
});

describe("OKX's other messages", () => {
  it("ping and pong are heartbeats, plain text as they are", () => {
    expect(decode("pong").control).toEqual({ type: "heartbeat", reply: null });
    expect(decode("ping").control).toEqual({ type: "heartbeat", reply: null });
  });

  it("an acknowledgement names its instrument type", () => {
    const arg = { channel: "liquidation-orders", instType: "FUTURES" };
    expect(decode({ id: "2", event: "subscribe", arg, connId: "x" }).control).toEqual({
      type: "ack",
      topics: ["FUTURES"],
      id: "2",
    });
  });

  it("a service upgrade announces the end of the connection, other notices do not", () => {
    const notice = { event: "notice", code: "64008", msg: "The connection will soon be closed" };
    const reason = "The connection will soon be closed (64008)";
    expect(decode(notice).control).toEqual({ type: "closing", reason });
    expect(decode({ ...notice, code: "1" }).control).toEqual({ type: "other" });
  });

  it("an error is a refusal with its code", () => {
    const error = { event: "error", code: "60018", msg: "Wrong channel", id: "3" };
    const reason = "Wrong channel (60018)";
    expect(decode(error).control).toEqual({ type: "refused", topics: null, id: "3", reason });
  });

  it("an unknown channel or event is refused by name", () => {
    expect(decode({ arg: { channel: "liquidation-order" }, data: [] }).rejects[0]).toEqual({
      reason: "unknown-kind",
      detail: 'arg.channel is "liquidation-order"',
    });
    expect(decode({ event: "party" }).rejects[0]?.reason).toBe("unknown-kind");
  });

  it("subscriptions go out one per frame, so that a refusal answers for one", () => {
    expect(okx.request("subscribe", ["SWAP", "FUTURES"], 1)[1]?.text).toBe(
      '{"id":"2","op":"subscribe","args":[{"channel":"liquidation-orders","instType":"FUTURES"}]}',
    );
  });
});

describe("OKX's listings", () => {
  const parse = (data: unknown[]) => okx.instruments[0]?.parse({ data }).instruments;
  const linear = { ctType: "linear", settleCcy: "USDT", ctMult: "1" };

  it("let ctType decide what is inverse, never the symbol", () => {
    const um = { instId: "BTC-USD_UM-SWAP", uly: "BTC-USD_UM", settleCcy: "USD", ctValCcy: "BTC" };
    const listed = parse([
      { ...linear, ...um, ctVal: "0.001" },
      {
        instId: "BTC-USD-SWAP",
        uly: "BTC-USD",
        ctType: "inverse",
        settleCcy: "BTC",
        ctVal: "100",
        ctMult: "1",
        ctValCcy: "USD",
      },
    ]);
    expect(listed?.map((one) => [one.market, one.quote, one.isInverse, one.contractSize])).toEqual([
      ["BTC/USD:USD", "USD", false, "0.001"],
      ["BTC/USD:BTC", "USD", true, "100"],
    ]);
  });

  it("multiply ctVal and ctMult exactly and date futures", () => {
    const future = { instId: "BTC-USDT-261225", uly: "BTC-USDT", ctVal: "0.01", ctValCcy: "BTC" };
    const expTime = String(Date.UTC(2026, 11, 25, 8));
    expect(parse([{ ...linear, ...future, ctMult: "3", expTime }])?.[0]).toMatchObject({
      market: "BTC/USDT:USDT-261225",
      contractSize: "0.03",
    });
  });

  it("leave the size of a contract open when it is valued in another coin", () => {
    const odd = { instId: "X-USDT-SWAP", uly: "X-USDT", ctVal: "1", ctValCcy: "USDT" };
    expect(parse([{ ...linear, ...odd }])?.[0]?.contractSize).toBeNull();
  });
});
