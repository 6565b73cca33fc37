import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { LiqError } from "../../src/errors.ts";
import { createPortLog } from "../../src/store/port-log.ts";
import { type Answer, answerCall, type Call, StoreCalls } from "../../src/store/rpc.ts";

/** Both ends over a real channel; the answering end knows one method, which may fail. */
function connected(openGaps: () => Promise<readonly never[]>) {
  const { port1, port2 } = new MessageChannel();
  const calls = new StoreCalls(port1);
  port1.on("message", (answer: Answer) => calls.settle(answer));
  const methods = JSON.parse("{}");
  methods.openGaps = openGaps;
  port2.on("message", (call: Call) => void answerCall(methods, call, port2));
  return { calls, close: () => port1.close() };
}

test("an answer finds its call", async () => {
  const { calls, close } = connected(async () => []);
  expect(await calls.call("openGaps")).toEqual([]);
  close();
});

test("an error crosses with its code and text", async () => {
  const { calls, close } = connected(async () => {
    throw new LiqError("LIQ_CONFIG", "Target x has no address");
  });
  const failed = calls.call("openGaps");
  await expect(failed).rejects.toMatchObject({
    name: "LiqError",
    code: "LIQ_CONFIG",
    message: "Target x has no address",
  });
  close();
});

test("an error of a driver crosses as one of the store", async () => {
  const { calls, close } = connected(async () => {
    throw Object.assign(new Error("relation is missing"), { code: "42P01" });
  });
  await expect(calls.call("openGaps")).rejects.toMatchObject({ code: "LIQ_STORE" });
  close();
});

test("calls that wait are bounded, and all fail when the thread ends", async () => {
  const calls = new StoreCalls({ postMessage() {} });
  const waiting = Array.from({ length: 1_000 }, () => calls.call("openGaps"));
  await expect(calls.call("openGaps")).rejects.toThrow("1000 calls wait for an answer");
  calls.end(new LiqError("LIQ_STORE", "Store thread ended: exit code 1"));
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  await expect(calls.call("openGaps")).rejects.toThrow("Store thread ended: exit code 1");
});

test("log lines cross as plain values, below the level not at all, and a flood is counted", () => {
  const posted: Answer[] = [];
  let nowMs = 0;
  const runtime = { monotonicMs: () => nowMs };
  const log = createPortLog({ level: "info", runtime, post: (answer) => posted.push(answer) });
  log.debug({}, "not seen");
  log.child({ part: "queue" }).warn({ error: new Error("gone"), skip: undefined }, "queue is away");
  expect(posted).toMatchObject([
    {
      type: "log",
      line: { level: "warn", message: "queue is away", fields: { part: "queue" } },
    },
  ]);
  expect(structuredClone(posted)).toEqual(posted);
  for (let at = 0; at < 300; at += 1) log.info({}, "flood");
  expect(posted).toHaveLength(200);
  nowMs = 1_000;
  log.info({}, "calm");
  expect(posted.at(-1)).toMatchObject({ line: { fields: { droppedLines: 101 } } });
});
