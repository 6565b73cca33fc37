import { expect, test } from "vitest";
import { Wire } from "./wire.ts";

test("an order comes without pair and product, and of a second only the latest", async () => {
  const wire = await Wire.open("aster");
  const client = wire.connect("/ws");
  await client.ask('{"method":"SUBSCRIBE","params":["!forceOrder@arr"],"id":7}', 1);
  wire.publish({ baseSize: "0.7" });
  wire.publish({ positionSide: "short", baseSize: "0.2" });
  await wire.runtime.until(() => client.texts.length === 2);
  await wire.runtime.pass(1_500);
  expect(client.texts).toHaveLength(2);
  const { e, o } = JSON.parse(client.texts[1] ?? "");
  expect([e, o.s, o.S, o.z, o.ap]).toEqual(["forceOrder", "BTCUSDT", "BUY", "0.2", "60000"]);
  expect(Object.keys(o)).not.toContain("st");
  await wire.close();
});
