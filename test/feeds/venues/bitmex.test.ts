import { describe, expect, it } from "vitest";
import { bitmex } from "../../../src/feeds/venues/bitmex.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";
import { fixturesOf } from "./fixture.ts";

const ID = "8c808f22-254c-49d9-b24a-a99329b9f6d4";
const ORDER = { orderID: ID, symbol: "XBTUSD", side: "Sell", price: 88_303.7, leavesQty: 50_900 };
const CONTEXT = { receivedAtMs: null, subscribedAtMs: null };
const XBTUSD = {
  ...{ symbol: "XBTUSD", typ: "FFWCSX", underlying: "XBT", quoteCurrency: "USD" },
  ...{ settlCurrency: "XBt", isInverse: true, isQuanto: false, multiplier: -100_000_000 },
  underlyingToSettleMultiplier: -100_000_000,
};
const XBTUSDT = {
  ...{ ...XBTUSD, symbol: "XBTUSDT", quoteCurrency: "USDT", settlCurrency: "USDt" },
  ...{ isInverse: false, multiplier: 1, underlyingToPositionMultiplier: 1_000_000 },
};
const ETHUSD = {
  ...XBTUSDT,
  symbol: "ETHUSD",
  quoteCurrency: "USD",
  underlying: "ETH",
  settlCurrency: "XBt",
  isQuanto: true,
};

const table = (action: string, ...data: unknown[]) => ({ table: "liquidation", action, data });
const listed = listedBy(bitmex, 0, [XBTUSD, XBTUSDT, ETHUSD, { symbol: ".BXBT", typ: "MRCXXX" }]);

/** One connection: what each table message adds, as side, contracts and history. */
function conversation(...messages: ReturnType<typeof table>[]) {
  const state = bitmex.start();
  return messages.map((message) =>
    bitmex
      .decode(JSON.stringify(message), state, CONTEXT)
      .rows.map(({ positionSide, size, history }) => [positionSide, size, history]),
  );
}

describe("a BitMEX liquidation order", () => {
  it("sells a long and buys a short back", () => {
    const { rows } = decodeWith(bitmex, table("insert", ORDER));
    expect(rows[0]).toMatchObject({ positionSide: "long", occurredAtMs: null, id: ID });
    const buy = { ...ORDER, side: "Buy" };
    expect(decodeWith(bitmex, table("insert", buy)).rows[0]?.positionSide).toBe("short");
  });

  it("counts its growth and nothing else of its life", () => {
    expect(
      conversation(
        table("insert", { ...ORDER, leavesQty: 12_900 }),
        table("update", { orderID: ID, symbol: "XBTUSD", price: 88_753.4 }),
        table("update", { orderID: ID, symbol: "XBTUSD", leavesQty: 21_600 }),
        table("update", { orderID: ID, symbol: "XBTUSD", leavesQty: 9_000 }),
        table("delete", { orderID: ID, symbol: "XBTUSD" }),
        table("insert", { ...ORDER, leavesQty: 21_600 }),
        table("insert", { ...ORDER, leavesQty: 21_700 }),
      ),
    ).toEqual([
      [["long", "12900", false]],
      [],
      [["long", "8700", false]],
      [],
      [],
      [],
      [["long", "100", false]],
    ]);
  });

  it("that grew is one order with keys of its own and the newest price", () => {
    const state = bitmex.start();
    const say = (message: object) => bitmex.decode(JSON.stringify(message), state, CONTEXT).rows;
    say(table("insert", ORDER));
    const [grown] = say(table("update", { orderID: ID, price: 88_000, leavesQty: 60_000 }));
    expect(grown).toMatchObject({ id: `${ID}|60000`, orderKey: ID, price: "88000", size: "9100" });
  });

  it("that stands in the book when a connection begins is history", () => {
    expect(
      conversation(
        table("partial", ORDER),
        table("update", { orderID: ID, leavesQty: 60_000 }),
        table("update", { orderID: ID.replace("8", "9"), leavesQty: 5 }),
      ),
    ).toEqual([[["long", "50900", true]], [["long", "9100", false]], []]);
  });

  it("is worth USD per contract, coins per contract, or nothing known where it is quanto", () => {
    const orders = ["XBTUSD", "XBTUSDT", "ETHUSD", "TRXZ19"].map((symbol, index) => {
      return { ...ORDER, symbol, orderID: ID.replace("8c", `8${index}`) };
    });
    const rows = liquidationsOf(bitmex, table("insert", ...orders), listed);
    expect(rows.map((row) => [row.market, row.size, row.notionalCents])).toEqual([
      ["BTC/USD:BTC", 50_900 / 88_303.7, 5_090_000],
      ["BTC/USDT:USDT", 0.0509, 449_466],
      ["ETH/USD:BTC", null, null],
      [null, null, null],
    ]);
    expect(rows[0]?.receivedAtMs).toBe(rows[0]?.occurredAtMs);
  });

  it("is refused alone when a field is none", () => {
    const wrong = [{ orderID: "__proto__" }, { side: "sell" }, { price: "x" }, { leavesQty: 1.5 }];
    const others = wrong.map((more, index) => {
      return { ...ORDER, orderID: ID.replace("8c", `8${index}`), ...more };
    });
    const { rows, rejects } = decodeWith(bitmex, table("insert", ...others, ORDER, 5));
    expect(rows).toHaveLength(1);
    expect(rejects.map((reject) => reject.reason)).toEqual([
      ...["shape", "unknown-side", "price", "size", "shape"],
    ]);
  });

  it("is remembered among ten thousand others at the most", () => {
    const state = bitmex.start();
    const idOf = (number: number) => ID.slice(0, -6) + String(number).padStart(6, "0");
    const say = (message: object) => bitmex.decode(JSON.stringify(message), state, CONTEXT).rows;
    for (let number = 0; number < 10_001; number += 1) {
      say(table("insert", { ...ORDER, orderID: idOf(number) }));
    }
    expect(Object.keys(state.orders)).toHaveLength(10_000);
    expect(say(table("insert", { ...ORDER, orderID: idOf(10_000) }))).toEqual([]);
    expect(say(table("insert", { ...ORDER, orderID: idOf(0) }))).toHaveLength(1);
  });
});

it("the recorded log of BitMEX adds up to what its orders were at their largest", () => {
  const state = bitmex.start();
  const contracts = new Map<string | null, number>();
  for (const { source, text } of fixturesOf("bitmex")) {
    if (!source.startsWith("live session log")) continue;
    for (const row of bitmex.decode(text, state, CONTEXT).rows) {
      contracts.set(row.orderKey, (contracts.get(row.orderKey) ?? 0) + Number(row.size));
    }
  }
  expect([...contracts.values()]).toEqual([39_700, 50_900, 21_600, 1_400, 80, 891_800]);
});
