import { describe, expect, it } from "vitest";
import {
  decimalText,
  echoedId,
  idText,
  isFields,
  isPositiveDecimal,
  isSymbol,
  isZeroDecimal,
  parseJson,
  rejectOf,
  saidText,
  timeOfDigits,
  timeOfEither,
  timeOfIso,
  timeOfNumber,
} from "../../src/feeds/fields.ts";
import { REJECT_DETAIL_CHARS_MAX } from "../../src/liquidation.ts";

const TS = 1_791_435_480_289;

describe("a refusal", () => {
  it("names field and value, bounded and on one line whatever was sent", () => {
    expect(rejectOf("size", "v", "-5").detail).toBe('v is "-5"');
    expect(rejectOf("size", "v", undefined).detail).toBe("v is missing");
    expect(rejectOf("size", "v", [1, 2]).detail).toBe("v is a list of 2");
    expect(rejectOf("size", "v", { toString: 1 }).detail).toBe("v is an object");
    expect(rejectOf("size", "v", "a\nb").detail).toBe('v is "a\\nb"');
    const long = rejectOf("size", "v", "\u0000".repeat(100_000)).detail;
    expect(long.length).toBe(REJECT_DETAIL_CHARS_MAX);
    expect(rejectOf("size", "v", "9".repeat(5_000)).detail).toContain("(5000 characters)");
  });
});

describe("a symbol", () => {
  it("is bounded and printable, in any alphabet", () => {
    for (const symbol of ["BTCUSDT", "牛来USDT", "x".repeat(96), "BTC-USD_UM-SWAP"]) {
      expect(isSymbol(symbol)).toBe(true);
    }
    for (const wrong of ["", "x".repeat(97), "A\u0000", "A\n", "\u202eA", "\ud800", 5, null, {}]) {
      expect(isSymbol(wrong)).toBe(false);
    }
  });
});

describe("a decimal", () => {
  it("is text above zero", () => {
    for (const text of ["1", "0.5", "1e-7", "9".repeat(40)])
      expect(isPositiveDecimal(text)).toBe(true);
    for (const wrong of ["0", "-1", "NaN", "1e309", "", 1, null, "9".repeat(41)]) {
      expect(isPositiveDecimal(wrong)).toBe(false);
    }
  });

  it("is zero only as a decimal that says so", () => {
    expect(["0", "0.000", "00"].map(isZeroDecimal)).toEqual([true, true, true]);
    expect(["", "0x0", "-0", "0.01", "1", 0].map(isZeroDecimal)).toEqual(Array(6).fill(false));
  });
});

describe("a JSON number", () => {
  it("becomes the shortest text of the same double, and other values stay what they are", () => {
    expect([215.1, -124, 1e-7, 1e21, 227.0].map(decimalText)).toEqual([
      "215.1",
      "-124",
      "1e-7",
      "1e+21",
      "227",
    ]);
    expect(["0.10", null, true].map(decimalText)).toEqual(["0.10", null, true]);
    expect(isPositiveDecimal(decimalText(1e21))).toBe(true);
    expect(isPositiveDecimal(decimalText(1e308))).toBe(false);
  });
});

describe("a time", () => {
  it("in seconds or ms is told by its magnitude, without losing a millisecond", () => {
    expect(timeOfEither(1_541_505_434)).toBe(1_541_505_434_000);
    expect(timeOfEither(1_541_505_434.123)).toBe(1_541_505_434_123);
    expect(timeOfEither(1_541_505_434_123)).toBe(1_541_505_434_123);
    expect(timeOfEither(TS + 0.9)).toBe(TS);
    for (const wrong of [String(TS), 0, -1, 1_400_000_000, 1e300, Number.NaN, null]) {
      expect(timeOfEither(wrong)).toBeNull();
    }
  });

  it("is floored, from 2017 on, in the type that the venue documents", () => {
    expect(timeOfNumber(TS + 0.9)).toBe(TS);
    expect(timeOfDigits(`${TS}.9`)).toBe(TS);
    expect(timeOfNumber(Date.UTC(2017, 0, 1))).toBe(1_483_228_800_000);
    for (const wrong of [String(TS), 0, -1, Date.UTC(2016, 11, 31), 1e300, Number.NaN, null]) {
      expect(timeOfNumber(wrong)).toBeNull();
    }
    for (const wrong of [TS, "", ".5", "1.2.3", "1e12", "-5", "0", "9".repeat(40), null]) {
      expect(timeOfDigits(wrong)).toBeNull();
    }
  });
});

describe("times as text", () => {
  it("are ISO 8601 in UTC with up to nanoseconds, floored", () => {
    const at = Date.UTC(2026, 8, 17, 13, 39, 47, 542);
    expect(timeOfIso("2026-09-17T13:39:47.542Z")).toBe(at);
    expect(timeOfIso("2026-09-17T13:39:47.542999999Z")).toBe(at);
    expect(timeOfIso("2026-09-17T13:39:47Z")).toBe(at - 542);
    const wrong = ["2026-09-17", "2026-09-17T13:39:47+02:00", "2026-13-17T13:39:47Z", 1, null, ""];
    for (const each of [...wrong, "2016-09-17T13:39:47Z"]) expect(timeOfIso(each)).toBeNull();
  });
});

describe("texts of a venue", () => {
  it("are bounded, and ids are text or nothing", () => {
    expect(echoedId(7)).toBe("7");
    expect(echoedId("")).toBeNull();
    expect(echoedId({})).toBeNull();
    expect(saidText("x".repeat(5_000)).length).toBe(REJECT_DETAIL_CHARS_MAX);
    expect(saidText({ toString: 1 })).toBe("");
  });

  it("ids of events are whole numbers that a float holds, or text", () => {
    const ids = [212690112, "064e89", 2 ** 53, 1.5, "", "\u0000", null].map(idText);
    expect(ids).toEqual(["212690112", "064e89", null, null, null, null, null]);
  });

  it("are read as JSON or not at all", () => {
    expect(parseJson("{")).toBeUndefined();
    expect(isFields(parseJson('{"__proto__":{"x":1}}'))).toBe(true);
    expect([null, [], "x", 1].map(isFields)).toEqual([false, false, false, false]);
  });
});
