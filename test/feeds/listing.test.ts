import { describe, expect, it } from "vitest";
import {
  deliverySuffix,
  productText,
  readListing,
  splitMultiplier,
} from "../../src/feeds/listing.ts";

describe("multipliers of a base", () => {
  it("are powers of ten before the coin, and 1INCH is a coin", () => {
    const bases = ["1000PEPE", "10000SATS", "1000000BOB", "1MBABYDOGE", "kPEPE", "SHIB1000"];
    expect(bases.map((base) => splitMultiplier(base))).toEqual([
      { asset: "PEPE", multiplier: 1_000 },
      { asset: "SATS", multiplier: 10_000 },
      { asset: "BOB", multiplier: 1_000_000 },
      { asset: "BABYDOGE", multiplier: 1_000_000 },
      { asset: "PEPE", multiplier: 1_000 },
      { asset: "SHIB", multiplier: 1_000 },
    ]);
    for (const base of [
      "1INCH",
      "BTC",
      "SPX6900",
      "1000",
      "kB",
      "KAITO",
      "牛来",
      "C98",
      "100BTC",
    ]) {
      expect(splitMultiplier(base)).toEqual({ asset: base, multiplier: 1 });
    }
  });
});

describe("a listing", () => {
  it("keeps what can be read and names what cannot", () => {
    const listed = readListing([{ symbol: "A" }, { symbol: "B" }, 5], ({ symbol }) =>
      symbol === "A"
        ? {
            symbol,
            market: "A/USDT:USDT",
            asset: "A",
            multiplier: 1,
            quote: "USDT",
            isInverse: false,
            contractSize: null,
          }
        : null,
    );
    expect(listed.instruments.map((instrument) => instrument.symbol)).toEqual(["A"]);
    expect(listed.rejects.map((reject) => reject.detail)).toEqual([
      'listing entry is "B"',
      "listing entry is 5",
    ]);
  });

  it("is refused as a whole when it is no list", () => {
    const { rejects } = readListing({}, () => null);
    expect(rejects).toEqual([{ reason: "shape", detail: "listing is an object" }]);
  });

  it("dates contracts by their day in UTC", () => {
    expect(deliverySuffix(Date.UTC(2026, 11, 25, 23, 59))).toBe("-261225");
  });

  it("multiplies exactly and refuses what is not a positive decimal", () => {
    expect(productText("0.1", "3")).toBe("0.3");
    expect(productText("100", "1")).toBe("100");
    expect(productText("0", "1")).toBeNull();
    expect(productText(0.1, "1")).toBeNull();
  });
});
