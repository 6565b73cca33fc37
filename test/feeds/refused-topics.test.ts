import { expect, test } from "vitest";
import { RefusedTopics } from "../../src/feeds/refused-topics.ts";
import { LogBook } from "./listening.ts";

test("a refused topic is told once and left out until it is cleared or answered", () => {
  const log = new LogBook();
  const refused = new RefusedTopics(log);
  refused.add("A", "gone");
  refused.add("A", "gone");
  refused.add("B", "gone");
  expect(refused.names()).toEqual(["A", "B"]);
  expect(refused.askable(["A", "B", "C"])).toEqual(["C"]);
  refused.delete("B");
  expect(refused.askable(["A", "B", "C"])).toEqual(["B", "C"]);
  refused.clear();
  refused.add("A", "gone");
  expect(log.of("warn").map(({ fields }) => fields.topics)).toEqual([["A"], ["B"]]);
});

test("when every topic was refused all are asked for again", () => {
  const refused = new RefusedTopics(new LogBook());
  refused.add("A", "gone");
  expect(refused.askable(["A"])).toEqual(["A"]);
});
