/** One TEST message to one target, past queue and database: the real template, an invented event. */
import type { Decision } from "./alert.ts";
import { LiqError } from "./errors.ts";
import { VENUES } from "./feeds/index.ts";
import type { Liquidation } from "./liquidation.ts";
import { didYouMean } from "./nearest.ts";
import type { Notice } from "./notice.ts";
import { createNotifier, type NotifierDeps } from "./notifiers/index.ts";
import type { Attempt, Message, TargetSettings } from "./notifiers/notifier.ts";
import { renderMessage } from "./render/message.ts";
import { renderNotice } from "./render/notice.ts";
import type { Rule } from "./rule.ts";
import { Engine } from "./severity/engine.ts";

/** What became of one TEST message. No secrets: reasons come scrubbed from the notifier. */
export interface TestResult {
  readonly target: string;
  readonly type: TargetSettings["type"];
  readonly attempt: Attempt;
  readonly latencyMs: number;
}

/** Exactly one attempt, as every delivery makes it. */
export async function sendTest(target: TargetSettings, deps: NotifierDeps): Promise<TestResult> {
  const { runtime } = deps;
  const message = testMessage(target, runtime.nowMs());
  const notifier = createNotifier(target, deps);
  const startedAtMs = runtime.monotonicMs();
  try {
    const attempt = await notifier.send(message, new AbortController().signal);
    const latencyMs = Math.round(runtime.monotonicMs() - startedAtMs);
    return { target: target.name, type: target.type, attempt, latencyMs };
  } finally {
    await notifier.close();
  }
}

/** Whatever the target's own `minSeverity`: a test is asked for by hand. */
export function testMessage({ silentBelow, purpose }: TargetSettings, nowMs: number): Message {
  const options = { nowMs, label: "TEST", silentBelow } as const;
  const identity = { key: `test.${nowMs}`, story: "test" };
  if (purpose === "ops") return { ...renderNotice(testNotice(nowMs), options), ...identity };
  const rendered = renderMessage([testDecision(nowMs)], {
    // Real incidents count from 1.
    ...{ ...options, incidentNumber: 0 },
    venueNotes: Object.fromEntries(VENUES.map((venue) => [venue.id, venue])),
  });
  return { ...rendered, ...identity };
}

/** @throws LiqError LIQ_COMMAND for a name that no target has */
export function targetNamed(targets: readonly TargetSettings[], name: string): TargetSettings {
  const found = targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  const names = targets.map((target) => target.name);
  const expected = `expected one of ${names.join(", ")}${didYouMean(name, names)}`;
  throw new LiqError("LIQ_COMMAND", `Unknown target ${name}, ${expected}`);
}

function testNotice(nowMs: number): Notice {
  const [venue] = VENUES;
  return {
    topic: "venue-down",
    ...{ subject: venue?.id ?? "", title: venue?.title ?? "" },
    ...{ isOver: false, sinceMs: nowMs - 300_000, atMs: nowMs },
    ...{ reasons: ["Nothing arrived for 30000 ms"], untold: 0 },
  };
}

const RULE: Rule = {
  name: "test",
  scope: "asset",
  filter: { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
  metric: "notionalUsd",
  windowMs: 300_000,
  floorUsd: 0,
  thresholds: { low: 1e6, medium: 2e6, high: 5e6, critical: 20e6 },
  cooldownMs: 0,
  resolve: { belowPctOfLow: 50, forMs: 600_000, reopenWithinMs: 0 },
  notify: null,
};

/** So many tell the story; more would make it a CRITICAL one. */
const TEST_VENUES_MAX = 3;

/** Invented rows through the real engine, so that the figures of the message agree. */
function testDecision(nowMs: number): Decision {
  const engine = new Engine({ rules: [RULE], venues: VENUES.map(({ id }) => id) });
  for (const { id } of VENUES) {
    const event = {
      venue: id,
      connection: "test",
      receivedAtMs: nowMs,
      event: "subscribed",
    } as const;
    engine.step({ type: "connection", event });
  }
  const rows = VENUES.slice(0, TEST_VENUES_MAX).flatMap(({ id }, at) => [
    testRow(id, { nowMs, at, price: 100_000 - at * 50 }),
    testRow(id, { nowMs, at: at + TEST_VENUES_MAX, price: 99_400 - at * 50 }),
  ]);
  const { decisions } = engine.step({ type: "rows", receivedAtMs: nowMs, rows });
  const [decision] = decisions;
  if (decision === undefined) throw new LiqError("LIQ_COMMAND", "TEST message was not decided");
  return decision;
}

/** A liquidated long of 12 BTC and more: together above the HIGH of the rule. */
function testRow(
  venue: Liquidation["venue"],
  { nowMs, at, price }: { readonly nowMs: number; readonly at: number; readonly price: number },
): Liquidation {
  const size = 12 + at;
  const occurredAtMs = nowMs - 4_000 + at * 100;
  return {
    ...{ venue, symbol: "BTCUSDT", market: "BTC/USDT:USDT", asset: "BTC" },
    ...{ positionSide: "long", kind: "liquidation", price, priceKind: "fill", size },
    notionalCents: size * price * 100,
    ...{ occurredAtMs, receivedAtMs: nowMs, history: false },
    orderKey: `test-${at}`,
    dedupeKey: `test-${at}`,
  };
}
