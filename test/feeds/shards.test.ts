import { expect, test } from "vitest";
import { assignShards } from "../../src/feeds/shards.ts";

test("cuts topics into connections of the size that the venue takes", () => {
  expect(assignShards([], ["a", "b", "c", "d", "e"], 2)).toEqual([["a", "b"], ["c", "d"], ["e"]]);
});

test("no topics need no connection", () => {
  expect(assignShards([], [], 2)).toEqual([]);
});

test("topics stay where they are, delisted ones leave, new ones fill the gaps first", () => {
  const before = [["a", "b"], ["c", "d"], ["e"]];
  const wanted = ["e", "d", "c", "b", "x", "y", "z"];
  expect(assignShards(before, wanted, 2)).toEqual([["b", "x"], ["c", "d"], ["e", "y"], ["z"]]);
});

test("a shard that loses everything keeps its place and takes new topics later", () => {
  const empty = assignShards([["a"], ["b"]], ["b"], 1);
  expect(empty).toEqual([[], ["b"]]);
  expect(assignShards(empty, ["b", "c"], 1)).toEqual([["c"], ["b"]]);
});

test("a topic wanted twice is asked for once", () => {
  expect(assignShards([], ["a", "a", "b"], 5)).toEqual([["a", "b"]]);
});
