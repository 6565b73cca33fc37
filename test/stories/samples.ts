/** Story books without an engine behind them. */
import type { Decision } from "../../src/alert.ts";
import { StoryBook, type StoryBookOptions } from "../../src/stories/book.ts";
import { decision } from "../render/samples.ts";

export const T0 = 1_790_000_000_000;

/** Nobody is told anything. */
export function untoldStories(): StoryBook {
  return storyBook({ route: () => [] });
}

/** Everybody is `discord`, rules stand in the order of their names. */
export function storyBook(over: Partial<StoryBookOptions> = {}): StoryBook {
  return new StoryBook({
    route: () => ["discord"],
    ruleIndex: (rule) => rule.charCodeAt(0),
    reopenWithinMs: () => 900_000,
    running: () => null,
    ...over,
  });
}

let alerts = 0;

/** A decision about BTC, `afterS` seconds after the beginning, with an alert id of its own. */
export function told(afterS: number, over: Partial<Decision> = {}): Decision {
  alerts += 1;
  const base = decision({ rule: "a", incidentStartMs: T0, severity: "LOW", incidentId: "one" });
  return { ...base, alertId: `alert-${alerts}`, atMs: T0 + afterS * 1_000, ...over };
}
