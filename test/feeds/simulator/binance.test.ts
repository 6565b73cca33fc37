import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("binance");
});

afterEach(() => wire.close());

test("a wrapped order, a SELL for a long, with pair and product inside", async () => {
  const client = wire.connect("/market/stream");
  await client.ask('{"method":"SUBSCRIBE","params":["!forceOrder@arr"],"id":1}', 1);
  wire.publish({ asset: "PEPE", price: "0.00001234", baseSize: "1234000" });
  await wire.runtime.until(() => client.texts.length === 2);
  expect(client.messages[0]).toEqual({ result: null, id: 1 });
  expect(client.messages[1]).toMatchObject({
    stream: "!forceOrder@arr",
    data: {
      e: "forceOrder",
      o: { s: "1000PEPEUSDT", S: "SELL", ap: "0.01234", z: "1234", T: wire.runtime.startMs, st: 1 },
    },
  });
});

test("a bare stream, and a coin-margined short as a BUY of contracts", async () => {
  const client = wire.connect("/market/ws");
  await client.ask('{"method":"SUBSCRIBE","params":["!forceOrder@arr"],"id":7}', 1);
  wire.publish({ symbol: "BTCUSD_PERP", positionSide: "short", baseSize: "1" });
  await wire.runtime.until(() => client.texts.length === 2);
  expect(client.messages[1]).toMatchObject({
    o: { s: "BTCUSD_PERP", S: "BUY", z: "600", ap: "60000", ps: "BTCUSD", st: 2 },
  });
  await client.ask('{"method":"LIST_SUBSCRIPTIONS","id":8}', 3);
  expect(client.messages[2]).toEqual({ result: ["!forceOrder@arr"], id: 8 });
  await client.ask('{"method":"NO_SUCH","id":9}', 4);
  expect(client.messages[3]).toMatchObject({ error: { code: 2 }, id: 9 });
});

test("an unrouted connection is accepted, acknowledged, and never gets a liquidation", async () => {
  const client = wire.connect("/stream");
  await client.ask('{"method":"SUBSCRIBE","params":["!forceOrder@arr"],"id":1}', 1);
  wire.publish();
  await wire.runtime.until(() => wire.simulator.truth().length === 1);
  await wire.runtime.pass(1_000);
  expect(client.texts).toHaveLength(1);
});

test("more than ten messages in a second cost the connection", async () => {
  const client = wire.connect("/market/stream");
  for (let id = 1; id <= 10; id += 1) {
    await client.ask(`{"method":"LIST_SUBSCRIPTIONS","id":${id}}`, id);
  }
  client.send('{"method":"LIST_SUBSCRIPTIONS","id":11}');
  await client.closed();
  expect(client.closeCode).toBe(1008);
});

test("never two orders of one symbol within a second", async () => {
  const client = wire.connect("/market/ws");
  await client.ask('{"method":"SUBSCRIBE","params":["!forceOrder@arr"],"id":1}', 1);
  for (let count = 1; count <= 100; count += 1) {
    wire.publish({ baseSize: String(count / 100) });
    await wire.runtime.pass(100);
  }
  await wire.runtime.pass(1_000);
  const moments = wire.simulator.truth().map((published) => published.publishedAtMs);
  expect(moments.length).toBeGreaterThanOrEqual(9);
  for (const [place, atMs] of moments.slice(1).entries()) {
    expect(atMs - (moments[place] ?? 0)).toBeGreaterThanOrEqual(1_000);
  }
  expect(wire.simulator.truth().at(-1)?.size).toBe("1");
});
