import { afterEach, beforeEach, expect, test } from "vitest";
import { simulatedAccount } from "../../../src/feeds/simulator/hyperliquid.ts";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("hyperliquid");
});

afterEach(() => wire.close());

const subscribe = (user: string) =>
  JSON.stringify({ method: "subscribe", subscription: { type: "userFills", user } });

test("greets in plain text, answers, shows old fills, and tells both accounts of a trade", async () => {
  const client = wire.connect("/ws");
  await client.ask(subscribe(simulatedAccount(0)), 3);
  await client.ask(subscribe(simulatedAccount(2)), 5);
  wire.publish();
  await wire.runtime.until(() => client.texts.length === 7);
  const [greeting, ...texts] = client.texts;
  expect(greeting).toBe("Websocket connection established.");
  const messages = texts.map((text) => JSON.parse(text));
  expect(messages.slice(0, 2)).toMatchObject([
    { channel: "subscriptionResponse", data: { method: "subscribe" } },
    { channel: "userFills", data: { isSnapshot: true, fills: [] } },
  ]);
  expect(messages.slice(4)).toMatchObject([
    { data: { user: simulatedAccount(2), fills: [{ side: "B", dir: "Open Long" }] } },
    { data: { user: simulatedAccount(0), fills: [{ side: "A", dir: "Liquidated Cross Long" }] } },
  ]);
});

test("takes ten accounts of an address and no more, over all its connections", async () => {
  const [first, second] = [wire.connect("/ws"), wire.connect("/ws")];
  for (let place = 0; place < 9; place += 1) {
    await first.ask(subscribe(simulatedAccount(place)), 3 + place * 2);
  }
  await second.ask(subscribe(simulatedAccount(9)), 3);
  await second.ask(subscribe(simulatedAccount(10)), 4);
  expect(second.texts[3]).toContain("Cannot track more than 10 total users");
});

test("look-ups are posted to one address", async () => {
  const ask = (body: object) =>
    fetch(`${wire.simulator.restUrl}/info`, { method: "POST", body: JSON.stringify(body) });
  expect(await (await ask({ type: "meta" })).json()).toMatchObject({
    universe: [{ name: "BTC" }, { name: "kPEPE" }, { name: "OLD", isDelisted: true }],
  });
  expect((await ask({ type: "other" })).status).toBe(404);
});
