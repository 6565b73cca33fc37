/** The answer to `/alerts`: the log of decisions, newest first. Pure. */
import type { Decision } from "../../alert.ts";
import type { LoggedDecision } from "../../queries.ts";
import { formatFigure } from "../figure.ts";
import type { Reply } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatInstant, formatWindowShort } from "../times.ts";

export interface AlertsOptions {
  readonly logged: readonly LoggedDecision[];
  readonly isSuppressed: boolean;
  readonly nowMs: number;
}

export function alertsReply({ logged, isSuppressed, nowMs }: AlertsOptions): Reply {
  const title = isSuppressed ? "Alerts held back" : "Last alerts";
  if (logged.length === 0) {
    const line = isSuppressed
      ? "Nothing that was held back is over yet; what a mute or a cooldown holds now is listed when it ends."
      : "No alert yet: no rule has reached LOW. /thresholds shows the rules.";
    return { title, warnings: [], table: [], lines: [line] };
  }
  const cells = logged.map(({ decision, number }) => {
    const when = formatInstant(decision.atMs, nowMs).replace(" UTC", "");
    const figure = `${valueText(decision)}/${formatWindowShort(decision.windowMs)}`;
    const name = number === null ? "" : `#${number}`;
    return [when, decision.severity, whatHappened(decision), decision.scopeKey, figure, name];
  });
  const table = alignedTable(cells, ["right", "left", "left", "left", "right", "left"]);
  return { title, warnings: [], table, lines: [closing(isSuppressed)] };
}

function closing(isSuppressed: boolean): string {
  return isSuppressed
    ? "Times in UTC; figures at the first look that was held back"
    : "Times in UTC; /alerts suppressed shows what was held back";
}

/** `opened`, `calmed`, `held: cooldown x3`. */
function whatHappened({ decision, suppression }: Decision): string {
  if (decision === "resolved") return "calmed";
  if (suppression === null) return decision;
  const times = suppression.count > 1 ? ` x${suppression.count}` : "";
  return `held: ${suppression.reason}${times}`;
}

function valueText({ metric, value }: Decision): string {
  const figure = formatFigure(metric, value);
  if (metric === "openInterestDropPct") return `OI ${figure}`;
  return metric === "largestUsd" ? `one ${figure}` : figure;
}
