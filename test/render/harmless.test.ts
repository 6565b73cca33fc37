import { expect, test } from "vitest";
import { harmless } from "../../src/render/harmless.ts";

test("names and addresses look the same and mean nothing", () => {
  expect(harmless("@everyone <@!1> <@&2> a@b http://x tg://y")).toBe(
    "@\u200beveryone <@\u200b!1> <@\u200b&2> a@\u200bb http:\u200b//x tg:\u200b//y",
  );
  expect(harmless("Bybit @ 66,930, 5:30 and 1/2")).toBe("Bybit @ 66,930, 5:30 and 1/2");
});
