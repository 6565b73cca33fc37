/** A daemon that is well, and what a test changes in it. */
import type { Notice } from "../../src/notice.ts";
import type { Sight, VenueSight } from "../../src/ops/sight.ts";

/** 2026-11-20 14:00 UTC. */
export const T0 = Date.UTC(2026, 10, 20, 14);
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;

export function venue(over: Partial<VenueSight> = {}): VenueSight {
  const feed = { sinceMs: T0, reason: null, rows: 0 };
  const troubles = { degraded: null, unsteady: null, suspect: null };
  return { id: "bybit", title: "Bybit", watch: "watched", ...feed, ...troubles, ...over };
}

export function sight(over: Partial<Sight> = {}): Sight {
  return {
    darkness: { nowPart: 0, longPart: 0, venues: [] },
    ...{ venues: [venue()], clock: "right", databaseTrouble: null },
    ...{ targets: ["discord", "ops"], parked: [], refusal: null, tookOverAtMs: null },
    ...over,
  };
}

export function notice(over: Partial<Notice> = {}): Notice {
  return {
    ...{ topic: "venue-down", subject: "bybit", title: "Bybit", isOver: false },
    ...{ sinceMs: T0 - 5 * MINUTE_MS, atMs: T0, reasons: [], untold: 0 },
    ...over,
  };
}
