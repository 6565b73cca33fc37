import { describe, expect, it } from "vitest";
import { fingerprint, fingerprintHex } from "../../src/severity/fingerprint.ts";

const KEYS = 1_000_000;
const START_MS = 1_790_000_000_000;
const VENUES = ["binance", "bybit", "okx", "lighter"];
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "1000PEPEUSDT", "BTC-USDT-SWAP"];

/** Keys as venues without ids have them: neighbours differ in one digit of time, size or price. */
function keyOf(index: number): string {
  const venue = VENUES[index & 3];
  const symbol = SYMBOLS[(index >> 2) & 3];
  const positionSide = (index >> 4) & 1 ? "long" : "short";
  const atMs = START_MS + (index >> 9);
  return `${venue}|${symbol}|liquidation|${positionSide}|${atMs}|0.${(index >> 5) & 7}|6000${(index >> 8) & 1}|0`;
}

/** How many neighbours in order are equal: the copies among them. */
function copiesIn(sorted: Float64Array | BigUint64Array): number {
  let copies = 0;
  for (let at = 1; at < sorted.length; at += 1) if (sorted[at] === sorted[at - 1]) copies += 1;
  return copies;
}

describe("the fingerprint of a text", () => {
  it("differs for a million realistic keys, and uses both its halves", () => {
    const whole = new BigUint64Array(KEYS);
    const words = new Uint32Array(whole.buffer);
    const lows = new Float64Array(KEYS);
    const highs = new Float64Array(KEYS);
    const into = { high: 0, low: 0 };
    for (let index = 0; index < KEYS; index += 1) {
      fingerprint(keyOf(index), into);
      words[2 * index] = into.low;
      words[2 * index + 1] = into.high;
      lows[index] = into.low;
      highs[index] = into.high;
    }
    expect(copiesIn(whole.sort())).toBe(0);
    // n keys in 2^32 places: n^2 / 2^33 = 116 pairs meet by chance, give or take 11.
    for (const half of [lows, highs]) {
      const copies = copiesIn(half.sort());
      expect(copies).toBeGreaterThan(60);
      expect(copies).toBeLessThan(180);
    }
  });

  it("fills slots of a power of two evenly by its low word", () => {
    const counts = new Uint32Array(1_024);
    const into = { high: 0, low: 0 };
    for (let index = 0; index < 102_400; index += 1) {
      const slot = fingerprint(keyOf(index), into).low & 1_023;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(160);
  });

  it("is the same in every version: ids that are stored depend on it", () => {
    expect(fingerprintHex("")).toBe("5606d0e9b5ec8281");
    expect(fingerprintHex("a")).toBe("849918b006532e2b");
    expect(fingerprintHex("five-minutes|BTC|1790000000000")).toBe("075beb8adee5be6e");
    expect(fingerprintHex("牛来USDT|\u0000")).toBe("2716a131b423a61f");
  });

  it("is sixteen lower-case hex digits, zeros in front kept", () => {
    const texts = Array.from({ length: 2_000 }, (_, index) => fingerprintHex(`text ${index}`));
    expect(texts.filter((text) => !/^[0-9a-f]{16}$/.test(text))).toEqual([]);
    expect(texts.some((text) => text.startsWith("0"))).toBe(true);
  });

  it("writes into what it is given", () => {
    const into = { high: 1, low: 2 };
    expect(fingerprint("a", into)).toBe(into);
    expect(fingerprint("a", { high: 0, low: 0 })).toEqual(into);
  });
});
