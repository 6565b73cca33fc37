import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "./wire.ts";

let wire: Wire;

beforeEach(async () => {
  wire = await Wire.open("okx");
});

afterEach(() => wire.close());

test("each type is answered for itself, and the connection is cut after 30 s of silence", async () => {
  const client = wire.connect("/ws/v5/public");
  const args =
    '[{"channel":"liquidation-orders","instType":"SWAP"},{"channel":"liquidation-orders","instType":"NO"}]';
  await client.ask(`{"id":"5","op":"subscribe","args":${args}}`, 2);
  expect(client.messages).toMatchObject([
    { event: "subscribe", id: "5", arg: { channel: "liquidation-orders", instType: "SWAP" } },
    { event: "error", id: "5", code: "60018" },
  ]);
  await client.ask("ping", 3);
  expect(client.messages[2]).toBe("pong");
  await wire.runtime.until(() => client.closeCode !== null, 31_000);
  expect(client.closeCode).toBe(4004);
});

test("sizes are contracts, both sides agree, and one instrument's orders are its details", async () => {
  const client = wire.connect("/ws/v5/public");
  const args = '[{"channel":"liquidation-orders","instType":"SWAP"}]';
  await client.ask(`{"op":"subscribe","args":${args}}`, 1);
  wire.publish({});
  wire.publish({ positionSide: "short" });
  await wire.runtime.until(() => client.texts.length === 2);
  const ts = String(wire.runtime.startMs);
  const both = { bkPx: "60000", sz: "50", ts };
  expect(client.messages[1]).toMatchObject({
    arg: { channel: "liquidation-orders", instType: "SWAP" },
    data: [
      {
        instId: "BTC-USDT-SWAP",
        details: [
          { ...both, posSide: "long", side: "sell" },
          { ...both, posSide: "short", side: "buy" },
        ],
      },
    ],
  });
});
