import { describe, expect, test } from "vitest";
import { entryOf, numberOf, positiveOf, sizeOf, unwrapped } from "../../src/context/answers.ts";

describe("values in answers", () => {
  test.each([
    ["12.5", 12.5, 12.5, 12.5],
    [-3, -3, undefined, undefined],
    ["0", 0, 0, undefined],
    ["", undefined, undefined, undefined],
    [" ", undefined, undefined, undefined],
    ["1e999", undefined, undefined, undefined],
    ["5%", undefined, undefined, undefined],
    [null, undefined, undefined, undefined],
    [true, undefined, undefined, undefined],
    [["7"], undefined, undefined, undefined],
  ])("%j is a number, a size and a price where it can be one", (value, number, size, price) => {
    expect([numberOf(value), sizeOf(value), positiveOf(value)]).toEqual([number, size, price]);
  });

  test("that are missing are not in the entry; an entry has a name", () => {
    expect(entryOf("BTCUSDT", { price: 5, openInterest: undefined })).toEqual({
      ...{ symbol: "BTCUSDT", price: 5 },
    });
    expect([entryOf("", { price: 5 }), entryOf(7, { price: 5 })]).toEqual([null, null]);
  });

  test("in an envelope of an error are not looked for", () => {
    const envelope = { code: "code", ok: "0", message: "msg" };
    expect(unwrapped({ code: "0", data: [] }, envelope)).toEqual({ code: "0", data: [] });
    expect(unwrapped({ code: "51000", msg: "no\nsuch" }, envelope)).toBe("code 51000: no\nsuch");
    expect(unwrapped([], envelope)).toBe("no JSON object");
  });
});
