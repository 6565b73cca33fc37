import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("lighter");
});

afterEach(() => wire.close());

const subscribe = (market: number) => `{"type":"subscribe","channel":"trade/${market}"}`;

test("greets, answers with a snapshot of what was, and pushes what comes", async () => {
  const client = wire.connect("/stream");
  wire.publish({ price: "60000", baseSize: "0.5" });
  await wire.runtime.pass(100);
  await client.ask(subscribe(0), 2);
  wire.publish({ positionSide: "short" });
  await wire.runtime.until(() => client.texts.length === 3);
  const past = { type: "liquidation", market_id: 0, price: "60000", size: "0.5" };
  expect(client.messages).toMatchObject([
    { type: "connected" },
    {
      type: "subscribed/trade",
      channel: "trade:0",
      liquidation_trades: [{ ...past, usd_amount: "30000", is_maker_ask: false }],
    },
    { type: "update/trade", channel: "trade:0", liquidation_trades: [{ is_maker_ask: true }] },
  ]);
});

test("refuses what it does not list, and what is asked for twice", async () => {
  const client = wire.connect("/stream");
  await client.ask(subscribe(9), 2);
  await client.ask(subscribe(1), 3);
  await client.ask(subscribe(1), 4);
  expect(client.messages.slice(1)).toMatchObject([
    { error: { code: 30_005 } },
    { type: "subscribed/trade" },
    { error: { code: 30_003 } },
  ]);
});

test("cuts a client that says too much in a minute, and one that says nothing for two", async () => {
  const loud = wire.connect("/stream");
  const mute = wire.connect("/stream");
  await Promise.all([loud.opened(), mute.opened()]);
  for (let count = 0; count < 81; count += 1) loud.send('{"type":"pong"}');
  await loud.closed();
  expect(loud.closeCode).toBe(1008);
  await wire.runtime.until(() => mute.closeCode !== null, 125_000);
  expect(mute.messages).toContainEqual({ type: "ping" });
});
