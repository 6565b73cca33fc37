import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("kraken-futures");
});

afterEach(() => wire.close());

const subscribe = (...products: string[]) =>
  JSON.stringify({ event: "subscribe", feed: "trade", product_ids: products });

test("greets, refuses the unknown by name, acknowledges the rest and shows old trades", async () => {
  const client = wire.connect("/ws/v1");
  wire.publish({ positionSide: "short" });
  await wire.runtime.pass(100);
  await client.ask(subscribe("PF_XBTUSD", "NOT_REAL"), 4);
  wire.publish();
  await wire.runtime.until(() => client.texts.length === 5);
  expect(client.messages).toMatchObject([
    { event: "info" },
    { event: "alert", message: "Couldn't subscribe to invalid product `NOT_REAL`" },
    { event: "subscribed ", feed: "trade", product_ids: ["PF_XBTUSD"] },
    { feed: "trade_snapshot", trades: [{ side: "buy", type: "liquidation", qty: 0.5 }] },
    { feed: "trade", product_id: "PF_XBTUSD", side: "sell", qty: 0.5, price: 60_000 },
  ]);
});

test("cuts a client that did not ping for a minute", async () => {
  const client = wire.connect("/ws/v1");
  await client.opened();
  await wire.runtime.until(() => client.closeCode !== null, 62_000);
  expect(client.closeCode).toBe(1000);
});
