import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("bybit");
});

afterEach(() => wire.close());

test("one unknown topic fails the whole frame, and the side is the position's", async () => {
  const client = wire.connect("/v5/public/linear");
  await client.ask(
    '{"req_id":"1","op":"subscribe","args":["allLiquidation.BTCUSDT","allLiquidation.NO"]}',
    1,
  );
  expect(client.messages[0]).toMatchObject({
    success: false,
    ret_msg: "error:handler not found,topic:allLiquidation.NO",
  });
  expect(wire.simulator.subscriptions()).toEqual([]);
  await client.ask('{"req_id":"2","op":"subscribe","args":["allLiquidation.BTCUSDT"]}', 2);
  expect(client.messages[1]).toMatchObject({ success: true, req_id: "2", op: "subscribe" });
  wire.publish({});
  wire.publish({ positionSide: "short", baseSize: "1" });
  await wire.runtime.until(() => client.texts.length === 3);
  expect(client.messages[2]).toMatchObject({
    topic: "allLiquidation.BTCUSDT",
    type: "snapshot",
    data: [
      { s: "BTCUSDT", S: "Buy", v: "0.5", p: "60000", T: wire.runtime.startMs },
      { s: "BTCUSDT", S: "Sell", v: "1", p: "60000", T: wire.runtime.startMs },
    ],
  });
});

test("batches are half a second apart, inverse sizes are USD", async () => {
  const client = wire.connect("/v5/public/inverse");
  await client.ask('{"req_id":"1","op":"subscribe","args":["allLiquidation.BTCUSD"]}', 1);
  for (let count = 0; count < 20; count += 1) {
    wire.publish({ symbol: "BTCUSD" });
    await wire.runtime.pass(100);
  }
  await wire.runtime.pass(500);
  const batches = [...new Set(wire.simulator.truth().map((published) => published.publishedAtMs))];
  expect(batches.length).toBeGreaterThanOrEqual(4);
  for (const [place, atMs] of batches.slice(1).entries()) {
    expect(atMs - (batches[place] ?? 0)).toBeGreaterThanOrEqual(500);
  }
  expect(wire.simulator.truth()[0]).toMatchObject({ size: "30000", notionalCents: 3_000_000 });
});

test("topics of more than 21,000 characters are refused", async () => {
  const client = wire.connect("/v5/public/linear");
  const args = JSON.stringify(Array(1_000).fill("allLiquidation.BTCUSDT"));
  await client.ask(`{"req_id":"1","op":"subscribe","args":${args}}`, 1);
  expect(client.messages[0]).toMatchObject({ success: false, ret_msg: "args size >21000" });
});

test("a ping is answered with a pong of the same id, an unknown op refused", async () => {
  const client = wire.connect("/v5/public/linear");
  await client.ask('{"req_id":"100001","op":"ping"}', 1);
  expect(client.messages[0]).toMatchObject({ ret_msg: "pong", op: "ping", req_id: "100001" });
  await client.ask("not json", 2);
  expect(client.messages[1]).toMatchObject({ success: false, ret_msg: "error:invalid op" });
});
