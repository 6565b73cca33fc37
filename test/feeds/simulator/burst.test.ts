import { expect, test } from "vitest";
import { okx } from "../../../src/feeds/venues/okx.ts";
import { Wire } from "./wire.ts";

test("the largest second of the recorded crash fits into frames that a client accepts", async () => {
  const wire = await Wire.open("okx");
  const client = wire.connect("/ws/v5/public");
  const args = '[{"channel":"liquidation-orders","instType":"SWAP"}]';
  await client.ask(`{"op":"subscribe","args":${args}}`, 1);
  for (let count = 0; count < 11_279; count += 1) wire.publish();
  await wire.runtime.until(() => client.texts.length > 50);
  await wire.runtime.pass(100);
  const sizes = client.texts.map((text) => Buffer.byteLength(text));
  expect(Math.max(...sizes)).toBeLessThan(okx.limits.frameBytesMax / 10);
  const rows = client.texts.join("").split('"bkPx"').length - 1;
  expect(rows).toBe(11_279);
  await wire.close();
});
