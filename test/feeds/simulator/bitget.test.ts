import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("bitget");
});

afterEach(() => wire.close());

const subscribe = (instType: string) =>
  JSON.stringify({ op: "subscribe", args: [{ instType, topic: "liquidation" }] });

test("amounts are quote currency, and buy is a long", async () => {
  const client = wire.connect("/v3/ws/public");
  await client.ask(subscribe("usdt-futures"), 1);
  wire.publish({ asset: "PEPE", price: "0.00001234", baseSize: "1234000" });
  await wire.runtime.until(() => client.texts.length === 2);
  const arg = { instType: "usdt-futures", topic: "liquidation" };
  const ts = String(wire.runtime.startMs);
  expect(client.messages[0]).toMatchObject({ event: "subscribe", arg });
  expect(client.messages[1]).toMatchObject({
    action: "update",
    arg,
    data: [{ symbol: "1000PEPEUSDT", side: "buy", price: "0.01234", amount: "15.22756", ts }],
  });
});

test("an unknown product line is refused by name", async () => {
  const client = wire.connect("/v3/ws/public");
  await client.ask(subscribe("spot"), 1);
  expect(client.messages[0]).toMatchObject({ event: "error", arg: { instType: "spot" } });
});

test("whoever does not ping for two minutes is cut, however much is sent to him", async () => {
  const [quiet, polite] = [wire.connect("/v3/ws/public"), wire.connect("/v3/ws/public")];
  await quiet.ask(subscribe("usdt-futures"), 1);
  await polite.ask("ping", 1);
  expect(polite.messages).toEqual(["pong"]);
  for (let second = 0; second < 119; second += 1) {
    wire.publish();
    await wire.runtime.pass(1_000);
    if (second === 60) await polite.ask("ping", 2);
  }
  expect(quiet.closeCode).toBeNull();
  await wire.runtime.until(() => quiet.closeCode !== null, 3_000);
  expect(polite.closeCode).toBeNull();
});
