import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("htx");
});

afterEach(() => wire.close());

const sub = (contracts: string, cid = "7") =>
  JSON.stringify({ op: "sub", cid, topic: `public.${contracts}.liquidation_orders` });

test("packed answers carry the id; a second subscription and an unknown contract are refused", async () => {
  const client = wire.connect("/linear-swap-notification");
  await client.ask(sub("*"), 1);
  await client.ask(sub("*", "8"), 2);
  await client.ask(sub("NO-USDT", "9"), 3);
  expect(client.messages).toMatchObject([
    { op: "sub", cid: "7", topic: "public.*.liquidation_orders", "err-code": 0 },
    { op: "sub", cid: "8", "err-code": 2014, "err-msg": "Repeated subscription." },
    { op: "sub", cid: "9", "err-code": 2011 },
  ]);
});

test("an order is contracts, coins and money, in numbers, with the side of the order", async () => {
  const client = wire.connect("/linear-swap-notification");
  await client.ask(sub("*"), 1);
  wire.publish({ price: "60000.1", baseSize: "0.125" });
  await wire.runtime.until(() => client.texts.length === 2);
  expect(client.messages[1]).toMatchObject({
    op: "notify",
    topic: "public.BTC-USDT.liquidation_orders",
    data: [
      {
        contract_code: "BTC-USDT",
        direction: "sell",
        offset: "close",
        volume: 125,
        price: 60_000.1,
        created_at: wire.runtime.startMs,
        amount: 0.125,
        trade_turnover: 7_500.0125,
      },
    ],
  });
});

test("coin-margined futures are subscribed by coin and have no money", async () => {
  const client = wire.connect("/notification");
  await client.ask(sub("*"), 1);
  await client.ask(sub("BTC"), 2);
  wire.publish({ symbol: "BTC261225", positionSide: "short", baseSize: "0.05" });
  await wire.runtime.until(() => client.texts.length === 3);
  expect(client.messages[0]).toMatchObject({ "err-code": 2011 });
  expect(client.messages[2]).toMatchObject({ topic: "public.BTC.liquidation_orders" });
  const [entry] = JSON.parse(client.texts[2] ?? "").data;
  expect(entry).toMatchObject({ direction: "buy", volume: 30, amount: 0.05 });
  expect(entry).not.toHaveProperty("trade_turnover");
});

test("whoever misses five pings is told so and cut; a number is no answer to a text", async () => {
  const client = wire.connect("/swap-notification");
  await client.opened();
  await wire.runtime.until(() => client.texts.length === 1);
  const { op, ts } = JSON.parse(client.texts[0] ?? "");
  expect([op, typeof ts]).toEqual(["ping", "string"]);
  client.send(`{"op":"pong","ts":${ts}}`);
  await wire.runtime.until(() => client.closeCode !== null, 40_000);
  const ops = client.texts.map((text) => JSON.parse(text).op);
  expect(ops).toEqual(["ping", "ping", "ping", "ping", "ping", "close"]);
});
