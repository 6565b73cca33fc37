import { expect, test } from "vitest";
import { SILENT_LOG } from "../../src/log.ts";
import { createNotifier } from "../../src/notifiers/index.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleMessage } from "./sample-message.ts";

test("the console shows one block of plain lines", async () => {
  const written: string[] = [];
  const notifier = createNotifier(
    { type: "console", name: "console", purpose: "alerts", minSeverity: "LOW", silentBelow: "LOW" },
    { runtime: nodeRuntime, log: SILENT_LOG, write: (text) => written.push(text) },
  );
  const message = sampleMessage({
    facts: ["83 liquidations"],
    coverage: "",
    lines: ["Forced selling."],
  });
  const attempt = await notifier.send(message, new AbortController().signal);
  expect(attempt).toEqual({ outcome: "delivered", remoteId: null });
  expect(written).toEqual([
    `🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)
    Forced selling.
    83 liquidations
    14:06:12 UTC · #A-20417 · opened
`,
  ]);
  await notifier.close();
});
