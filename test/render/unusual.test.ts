import { expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { renderMessage } from "../../src/render/message.ts";
import { plainLines } from "../../src/render/plain.ts";
import { decision, NOTES } from "./samples.ts";

function text(told: Decision): string {
  const nowMs = told.atMs + 1_500;
  const options = { incidentNumber: 1, nowMs, label: null, silentBelow: "HIGH" } as const;
  return plainLines(renderMessage([told], { ...options, venueNotes: NOTES })).join("\n");
}

test("since when nothing was as large, and how unusual it is", () => {
  const largestSince = { atMs: Date.UTC(2026, 10, 18, 21, 40), isLonger: false };
  const [, line] = text(decision({ largestSince })).split("\n");
  expect(line).toBe(
    "Forced selling. BTC 67,412 → 66,868 (-0.81%) by liquidations on Bybit. Largest 5 min in BTC since 18 Nov 21:40 UTC.",
  );
  const longer = text(decision({ largestSince: { ...largestSince, isLonger: true } }));
  expect(longer).toContain(" Largest 5 min in BTC in at least 7 days.\n");
  const [title, , usual] = text(decision({ metric: "timesNormal", value: 6.24 })).split("\n");
  expect(title).toBe("🔴 BTC longs liquidated: $7.42M in 5 min, 6.2x usual (MEDIUM)");
  expect(usual).toBe("6.2x its usual 5 min");
  const calmed = decision({ metric: "timesNormal", value: 41.4, decision: "resolved" });
  expect(text(calmed)).toContain("peak against the usual 41x (MEDIUM)");
});
