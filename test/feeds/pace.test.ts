import { expect, test } from "vitest";
import { SendPace } from "../../src/feeds/pace.ts";

test("the first turn is now and each further one an interval later", () => {
  const pace = new SendPace(4);
  expect([pace.reserve(1_000), pace.reserve(1_000), pace.reserve(1_100)]).toEqual([0, 250, 400]);
});

test("turns that nobody took are not saved up", () => {
  const pace = new SendPace(2);
  pace.reserve(0);
  expect([pace.reserve(60_000), pace.reserve(60_000)]).toEqual([0, 500]);
});
