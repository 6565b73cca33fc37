import { expect, test } from "vitest";
import { CANARY_EVERY, CONTROL_BYTES_MAX, FrameGate } from "../../src/feeds/frame-gate.ts";

const LONG = Buffer.alloc(CONTROL_BYTES_MAX + 1, "x");
const SHORT = Buffer.alloc(CONTROL_BYTES_MAX, "x");
const WITH_NEEDLE = Buffer.concat([LONG, Buffer.from('"liquidation":true')]);

test("without a needle every frame is parsed", () => {
  expect(new FrameGate([]).judge(LONG, false)).toBe("parse");
});

test("long frames without the needle are dropped, all others parsed", () => {
  const gate = new FrameGate(['"liquidation":true']);
  expect(gate.judge(LONG, false)).toBe("drop");
  expect(gate.judge(WITH_NEEDLE, false)).toBe("parse");
  expect(gate.judge(SHORT, false)).toBe("parse");
});

test("while an answer is awaited nothing is dropped", () => {
  expect(new FrameGate(["needle"]).judge(LONG, true)).toBe("parse");
});

test("one in sixty-four frames without the needle is parsed all the same", () => {
  const gate = new FrameGate(["needle"]);
  const verdicts = Array.from({ length: 3 * CANARY_EVERY }, () => gate.judge(LONG, false));
  expect(verdicts.filter((verdict) => verdict === "canary")).toHaveLength(3);
  expect(verdicts.indexOf("canary")).toBe(CANARY_EVERY - 1);
});

test("a disabled gate drops nothing any more", () => {
  const gate = new FrameGate(["needle"]);
  gate.disable();
  expect(gate.judge(LONG, false)).toBe("parse");
});

test("any one of several needles is enough", () => {
  const gate = new FrameGate(["first", "second"]);
  const padding = " ".repeat(CONTROL_BYTES_MAX);
  expect(gate.judge(Buffer.from(`${padding}the second`), false)).toBe("parse");
  expect(gate.judge(Buffer.from(`${padding}the third`), false)).toBe("drop");
});
