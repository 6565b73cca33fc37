/** `liqwatch alerts`: the log of decisions of a running daemon, newest first. */
import { AlertsJson } from "../api/routes/alerts.ts";
import { LIMIT_DEFAULT, LIMIT_MAX } from "../api/schemas.ts";
import { LiqError } from "../errors.ts";
import { centsOfUsd, formatUsd } from "../render/money.ts";
import { formatShare } from "../render/numbers.ts";
import { alignedTable } from "../render/table.ts";
import { parseArguments } from "./arguments.ts";
import { askDaemon } from "./ask.ts";
import { tellDeliveries } from "./deliveries.ts";
import type { Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

type Answer = ReturnType<typeof AlertsJson.parse>;
type Alert = Answer["items"][number];
type Held = Answer["running"][number];

export const alerts: Command = async (args, io) => {
  const { values } = parseArguments(COMMANDS.alerts, args);
  const limit = values.limit ?? LIMIT_DEFAULT;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    const wanted = `a whole number from 1 to ${LIMIT_MAX}`;
    throw new LiqError("LIQ_COMMAND", `Option --limit is ${limit}, expected ${wanted}`);
  }
  if (values.deliveries !== null) return tellDeliveries(values.deliveries, values, io);
  const query = { limit: String(limit), suppressed: values.suppressed ? "true" : null };
  const answer = await askDaemon(values, { path: "/v1/alerts", query, answer: AlertsJson }, io);
  io.out(values.json ? `${JSON.stringify(answer)}\n` : textOf(answer, values.suppressed));
  return 0;
};

function textOf({ items, running, next, label }: Answer, isSuppressed: boolean): string {
  const lines: string[] = label === null ? [] : [label];
  lines.push(...running.map(wordsOfHeld));
  if (items.length === 0 && running.length > 0) return `${lines.join("\n")}\n`;
  if (items.length === 0) return `${[...lines, `No ${kindOf(isSuppressed)} yet`].join("\n")}\n`;
  const reason = isSuppressed ? "held by" : "number";
  const head = ["at (UTC)", "decision", "severity", "scope", "money", "long", "window", "rule"];
  const rows = items.map((alert) => [
    ...[timeOf(alert.at), alert.decision, alert.severity, alert.scopeKey],
    ...[formatUsd(centsOfUsd(alert.totalUsd)), formatShare(alert.longUsd, alert.totalUsd)],
    ...[alert.window, alert.rule, heldOrNumber(alert)],
  ]);
  const left = "left" as const;
  const right = "right" as const;
  const alignments = [left, left, left, left, right, right, right, left, left];
  lines.push(...alignedTable([[...head, reason], ...rows], alignments));
  if (next !== null) lines.push(`Older ones: --limit up to ${LIMIT_MAX}, or GET /v1/alerts`);
  return `${lines.join("\n")}\n`;
}

function kindOf(isSuppressed: boolean): string {
  return isSuppressed ? "suppressed alerts" : "alerts";
}

/** `Running since 2026-11-20 14:06:12: MEDIUM of majors for BTC, held by mute (3 times)`. */
function wordsOfHeld({ since, severity, rule, scopeKey, reason, count }: Held): string {
  const times = count < 2 ? "" : ` (${count} times)`;
  return `Running since ${timeOf(since)}: ${severity} of ${rule} for ${scopeKey}, held by ${reason}${times}`;
}

/** `2026-11-20 14:06:12`. */
function timeOf(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

function heldOrNumber({ reason, count, number }: Alert): string {
  if (reason === null) return number ?? "";
  return count === null || count < 2 ? reason : `${reason} (${count} times)`;
}
