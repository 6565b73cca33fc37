import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("gate");
});

afterEach(() => wire.close());

const SUBSCRIBE =
  '{"time":1,"id":7,"channel":"futures.public_liquidates","event":"subscribe","payload":["!all"]}';

test("answers carry the id, an unknown contract is refused, a ping is a pong", async () => {
  const client = wire.connect("/v4/ws/usdt");
  await client.ask(SUBSCRIBE, 1);
  await client.ask(SUBSCRIBE.replace("!all", "NO_SUCH"), 2);
  await client.ask('{"time":123456,"channel":"futures.ping"}', 3);
  expect(client.messages).toMatchObject([
    { id: 7, event: "subscribe", result: { status: "success" } },
    { id: 7, event: "subscribe", error: { code: 2, message: "unknown contract NO_SUCH" } },
    { channel: "futures.pong", result: null },
  ]);
});

test("a second's orders of a contract come as one list, longs negative, others' coins not at all", async () => {
  const client = wire.connect("/v4/ws/usdt");
  await client.ask(SUBSCRIBE, 1);
  wire.publish();
  wire.publish({ positionSide: "short" });
  wire.publish({ symbol: "BTC_USD" });
  await wire.runtime.until(() => client.texts.length === 2);
  await wire.runtime.pass(1_500);
  expect(client.texts).toHaveLength(2);
  const both = { price: "60000", contract: "BTC_USDT", time: wire.runtime.startMs };
  expect(client.messages[1]).toMatchObject({
    channel: "futures.public_liquidates",
    event: "update",
    result: [
      { ...both, size: -5_000 },
      { ...both, size: 5_000 },
    ],
  });
});

test("twenty orders of a contract do not wait for the end of the second", async () => {
  const client = wire.connect("/v4/ws/usdt");
  await client.ask(SUBSCRIBE, 1);
  for (let count = 0; count < 20; count += 1) wire.publish();
  await wire.runtime.until(() => client.texts.length === 2, 200);
});
