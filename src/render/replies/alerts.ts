/** The answer to `/alerts`: the log of decisions, newest first. Pure. */
import type { Decision, HeldBack } from "../../alert.ts";
import { MARKET_WIDE } from "../../cascade.ts";
import type { LoggedDecision } from "../../queries.ts";
import { formatFigure } from "../figure.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatInstant, formatWindowShort } from "../times.ts";

export interface AlertsOptions {
  readonly logged: readonly LoggedDecision[];
  /** Stretches that run; shown before those that are over. */
  readonly running: readonly HeldBack[];
  readonly isSuppressed: boolean;
  readonly nowMs: number;
}

export function alertsReply({ logged, running, isSuppressed, nowMs }: AlertsOptions): Reply {
  const title = isSuppressed ? "Alerts held back" : "Last alerts";
  if (logged.length + running.length === 0) {
    const line = isSuppressed
      ? "Nothing is held back, and nothing was."
      : "No alert yet: no rule has reached LOW. /thresholds shows the rules.";
    return { title, warnings: [], table: [], lines: [line] };
  }
  const cells = logged.map(({ decision, number }) => {
    const when = formatInstant(decision.atMs, nowMs).replace(" UTC", "");
    const figure = `${valueText(decision)}/${formatWindowShort(decision.windowMs)}`;
    const name = number === null ? "" : `#${number}`;
    return [when, decision.severity, whatHappened(decision), subjectName(decision), figure, name];
  });
  const runningCells = running.map((held) => [
    `since ${formatInstant(held.sinceMs, nowMs).replace(" UTC", "")}`,
    held.severity,
    `running: ${reasonText(held)}`,
    subjectName(held),
    `${valueText(held)}/${formatWindowShort(held.windowMs)}`,
    "",
  ]);
  const table = alignedTable(
    [...runningCells, ...cells],
    ["right", "left", "left", "left", "right", "left"],
  );
  return { title, warnings: [], table, lines: [closing(isSuppressed)] };
}

function closing(isSuppressed: boolean): string {
  return isSuppressed
    ? "Times in UTC; figures at the first look that was held back"
    : "Times in UTC; /alerts suppressed shows what was held back";
}

/** The market has two rules: the built-in one is named, other scopes speak for themselves. */
function subjectName({ rule, scopeKey }: Pick<Decision, "rule" | "scopeKey">): string {
  return rule === MARKET_WIDE ? rule : scopeKey;
}

/** `opened`, `calmed`, `held: cooldown x3`. */
function whatHappened({ decision, suppression }: Decision): string {
  if (decision === "resolved") return "calmed";
  if (suppression === null) return decision;
  return `held: ${reasonText(suppression)}`;
}

/** `mute x3`. */
function reasonText({ reason, count }: Pick<HeldBack, "reason" | "count">): string {
  return count > 1 ? `${reason} x${count}` : reason;
}

function valueText({ metric, value }: Pick<Decision, "metric" | "value">): string {
  const figure = formatFigure(metric, value);
  if (metric === "openInterestDropPct") return `OI ${figure}`;
  return metric === "largestUsd" ? `one ${figure}` : figure;
}
