import { describe, expect, it } from "vitest";
import { backpack } from "../../../src/feeds/venues/backpack.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const EVENT = {
  ...{ e: "liquidation", E: 1_694_688_638_091_000, T: 1_694_688_638_089_456 },
  ...{ q: "2.5", p: "18.65", S: "Ask", s: "SOL_USDC_PERP" },
};
const listed = listedBy(backpack, 0, [
  { symbol: "SOL_USDC_PERP", baseSymbol: "SOL", quoteSymbol: "USDC", marketType: "PERP" },
  { symbol: "kPEPE_USDC_PERP", baseSymbol: "kPEPE", quoteSymbol: "USDC", marketType: "PERP" },
  { symbol: "SOL_USDC", baseSymbol: "SOL", quoteSymbol: "USDC", marketType: "SPOT" },
]);

describe("a Backpack liquidation", () => {
  it("is read as an order: an ask closes a long, a bid a short", () => {
    const sideOf = (S: unknown) => decodeWith(backpack, { ...EVENT, S });
    expect(sideOf("Ask").rows[0]?.positionSide).toBe("long");
    expect(sideOf("Bid").rows[0]?.positionSide).toBe("short");
    expect(sideOf("Sell").rejects[0]?.reason).toBe("unknown-side");
  });

  it("is the same in the stream's envelope and bare, with or without the end of the symbol", () => {
    const bare = liquidationsOf(backpack, { ...EVENT, s: "SOL_USDC" }, listed);
    expect(liquidationsOf(backpack, { stream: "liquidation", data: EVENT }, listed)).toEqual(bare);
    expect(bare[0]).toMatchObject({
      ...{ market: "SOL/USDC:USDC", size: 2.5, notionalCents: 4_663 },
      occurredAtMs: 1_694_688_638_089,
    });
  });

  it("takes thousands out of coins that are listed by the thousand", () => {
    const pepe = { ...EVENT, s: "kPEPE_USDC_PERP", q: "1000", p: "0.0123" };
    expect(liquidationsOf(backpack, pepe, listed)[0]).toMatchObject({
      ...{ asset: "PEPE", size: 1_000_000, price: 0.0000123, notionalCents: 1_230 },
    });
  });

  it("has the push time where the engine's time is the placeholder of the documentation", () => {
    const { rows, pushedAtMs } = decodeWith(backpack, { ...EVENT, T: 567 });
    expect(rows[0]?.occurredAtMs).toBe(1_694_688_638_091);
    expect(pushedAtMs).toBe(1_694_688_638_091);
    expect(decodeWith(backpack, { ...EVENT, T: 567, E: null }).rejects[0]?.reason).toBe("time");
  });
});
