import { expect, test } from "vitest";
import { deliveryId, headlineOf } from "../src/story.ts";
import { storyBook, told } from "./stories/samples.ts";

test("ids are safe for files and queues, and different for different names", () => {
  const id = deliveryId("a/b:c", { target: "ops chat", messageNumber: 1 });
  expect(id).toBe("a_2f_b_3a_c.ops_20_chat.1");
  const other = deliveryId("a", { target: "x_20_y", messageNumber: 1 });
  expect(other).not.toBe(deliveryId("a", { target: "x y", messageNumber: 1 }));
});

test("what runs leads before what has calmed, then severity, then the order of the rules", () => {
  const book = storyBook();
  const lead = () => headlineOf(book.stories[0]?.incidents ?? [])?.incidentId;
  expect(lead()).toBeUndefined();
  book.on(told(0, { rule: "b", severity: "MEDIUM" }));
  book.on(told(1, { incidentId: "two", rule: "c", severity: "HIGH" }));
  expect(lead()).toBe("two");
  book.on(told(2, { incidentId: "three", rule: "a", severity: "HIGH" }));
  expect(lead()).toBe("three");
  book.on(told(3, { incidentId: "three", rule: "a", decision: "resolved", severity: "HIGH" }));
  expect(lead()).toBe("two");
});
