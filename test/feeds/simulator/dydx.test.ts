import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("dydx");
});

afterEach(() => wire.close());

const subscribe = (id: string) => JSON.stringify({ type: "subscribe", channel: "v4_trades", id });

test("greets, answers with old trades, and pushes what comes", async () => {
  const client = wire.connect("/v4/ws");
  wire.publish({ positionSide: "short" });
  await wire.runtime.pass(100);
  await client.ask(subscribe("BTC-USD"), 2);
  wire.publish();
  await wire.runtime.until(() => client.texts.length === 3);
  const trade = { size: "0.5", price: "60000", type: "LIQUIDATED" };
  const market = { channel: "v4_trades", id: "BTC-USD" };
  expect(client.messages).toMatchObject([
    { type: "connected" },
    { type: "subscribed", ...market, contents: { trades: [{ ...trade, side: "BUY" }] } },
    { type: "channel_data", ...market, contents: { trades: [{ ...trade, side: "SELL" }] } },
  ]);
});

test("refuses an unknown market by name and cuts who asks too fast", async () => {
  const client = wire.connect("/v4/ws");
  await client.ask(subscribe("GONE-USD"), 2);
  expect(client.messages[1]).toMatchObject({
    type: "error",
    message: "Invalid subscription id for channel: (v4_trades-GONE-USD)",
  });
  client.send(subscribe("BTC-USD"));
  client.send(subscribe("PEPE-USD"));
  await client.closed();
  expect(client.closeCode).toBe(1008);
});
