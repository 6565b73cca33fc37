import { expect, test } from "vitest";
import { ParkedList } from "../../src/live/parked-list.ts";

test("what an earlier run left, as events go on from there", () => {
  const parked = (target: string, reason = "gone: 404") => ({ target, sinceMs: 1_000, reason });
  const list = new ParkedList();
  list.restore([parked("discord"), parked("telegram")]);
  list.on({ type: "target", target: "discord", parked: null, resent: 2 });
  list.on({ type: "target", target: "hook", parked: parked("hook"), resent: 0 });
  list.on({ type: "target", target: "telegram", parked: parked("telegram", "auth"), resent: 0 });
  expect(list.list()).toEqual([parked("telegram", "auth"), parked("hook")]);
});
