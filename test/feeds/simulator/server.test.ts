import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("okx");
});

afterEach(() => wire.close());

async function getJson(path: string): Promise<unknown> {
  return (await fetch(wire.simulator.restUrl + path)).json();
}

test("what is listed can be looked up, what is not is 404", async () => {
  wire.connect("/ws/v5/public");
  const listed = await getJson("/api/v5/public/instruments?instType=SWAP");
  expect(listed).toMatchObject({
    code: "0",
    data: [
      { instId: "BTC-USDT-SWAP", ctVal: "0.01", ctValCcy: "BTC", ctType: "linear" },
      { instId: "BTC-USD-SWAP", ctVal: "100", ctValCcy: "USD", ctType: "inverse" },
      { instId: "PEPE-USDT-SWAP", ctVal: "10000000" },
    ],
  });
  expect((await fetch(`${wire.simulator.restUrl}/no/such`)).status).toBe(404);
});

test("an order of a contract that is not listed is refused by name", async () => {
  wire.connect("/ws/v5/public");
  expect(() => wire.publish({ asset: "NOPE" })).toThrow("The simulator of okx lists no okx NOPE");
  expect(() => wire.publish({ price: "-1" })).toThrow(
    "Not a positive decimal in a simulated order: -1",
  );
});

test("an ordered HTTP refusal answers the upgrade, a wrong path is 404", async () => {
  const first = wire.connect("/ws/v5/public");
  await first.opened();
  wire.simulator.refuseNext({ upgrade: { status: 503 } });
  const second = wire.connect("/ws/v5/public");
  await second.closed();
  const third = wire.connect("/ws/v5/private");
  await third.closed();
  const fourth = wire.connect("/ws/v5/public");
  await fourth.opened();
  expect(wire.simulator.connectionCount()).toBe(2);
});
