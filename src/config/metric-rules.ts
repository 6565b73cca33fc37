/** What a rule may ask of its metric: windows, scopes and filters under which it means something. */
import { parseDuration } from "../duration.ts";
import { isSecondWindow, OPEN_INTEREST_WINDOWS_MS, SECOND_WINDOWS_MS } from "../rule.ts";
import { getIn, type Path } from "./tree.ts";

/** Says what is wrong at a path below the rule. */
export type Complain = (path: Path, value: unknown, expected: string) => void;

/** `rule` is as written, however wrong it is otherwise. */
export function checkMetric(rule: unknown, complain: Complain): void {
  const metric = getIn(rule, ["metric"]);
  if (metric === "largestUsd" || metric === "usdPerSecond") checkRowWindow(rule, metric, complain);
  if (metric === "timesNormal") checkNormal(rule, complain);
  if (metric === "openInterestDropPct") checkOpenInterest(rule, complain);
}

function checkRowWindow(rule: unknown, metric: string, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  const windowMs = typeof window === "string" ? parseDuration(window) : null;
  if (windowMs === null || !isSecondWindow(windowMs)) return;
  if (!SECOND_WINDOWS_MS.some((allowedMs) => allowedMs === windowMs)) return;
  const expected = `at most 5m for ${metric}; longer ones are for notionalUsd and count`;
  complain(["window"], window, expected);
}

/** Filters that leave rows out: the usual is of all rows of an asset. */
const PART_FILTERS = ["venues", "sides", "minNotionalUsd"] as const;
const NORMAL_WINDOW_MS = 300_000;

function checkNormal(rule: unknown, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  const windowMs = typeof window === "string" ? parseDuration(window) : null;
  if (windowMs !== null && windowMs !== NORMAL_WINDOW_MS) {
    complain(["window"], window, "5m for timesNormal: what is usual is known of 5 min alone");
  }
  const scope = getIn(rule, ["scope"]);
  if (scope !== undefined && scope !== "asset") {
    complain(["scope"], scope, "asset for timesNormal: what is usual is known by asset");
  }
  for (const key of PART_FILTERS) {
    const value = getIn(rule, ["filter", key]);
    const isSet = Array.isArray(value) ? value.length > 0 : typeof value === "number" && value > 0;
    if (!isSet) continue;
    const shown = Array.isArray(value) ? value.join(", ") : value;
    complain(
      ["filter", key],
      shown,
      "nothing for timesNormal: what is usual is of all rows of an asset; floorUsd and assets are fine",
    );
  }
}

/** Open interest is told by asset: a scope of a side or a venue would have the same figure. */
function checkOpenInterest(rule: unknown, complain: Complain): void {
  const window = getIn(rule, ["window"]);
  const windowMs = typeof window === "string" ? parseDuration(window) : null;
  const isKnown = OPEN_INTEREST_WINDOWS_MS.some((allowedMs) => allowedMs === windowMs);
  if (windowMs !== null && !isKnown) {
    complain(["window"], window, "1m, 5m or 1h for openInterestDropPct");
  }
  const scope = getIn(rule, ["scope"]);
  if (scope === undefined || scope === "asset") return;
  complain(["scope"], scope, "asset for openInterestDropPct: it is known by asset");
}
