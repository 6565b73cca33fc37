/** `liqwatch alerts --deliveries ID`: what became of the messages that tell one alert. */
import { AlertsJson, DeliveriesJson } from "../api/routes/alerts.ts";
import { LIMIT_MAX } from "../api/schemas.ts";
import { LiqError } from "../errors.ts";
import { alignedTable } from "../render/table.ts";
import { askDaemon, type Place } from "./ask.ts";
import type { CliIo } from "./io.ts";

const ALERT_ID = /^[0-9a-f]{16}$/;
const NUMBER = /^[AM]-\d+$/;

type Alert = ReturnType<typeof AlertsJson.parse>["items"][number];
type Delivery = ReturnType<typeof DeliveriesJson.parse>["items"][number];

/** One alert with its messages; `alert` null = asked for by its id alone. */
interface Told {
  readonly alertId: string;
  readonly alert: Alert | null;
  readonly label: string | null;
  readonly deliveries: readonly Delivery[];
}

/**
 * The exit code.
 * @throws LiqError LIQ_COMMAND for a text that is no id and no number, and for unknown ones
 */
export async function tellDeliveries(
  asked: string,
  place: Place & { readonly json: boolean },
  io: CliIo,
): Promise<number> {
  const told: Told[] = [];
  for (const one of await alertsOf(asked, place, io)) told.push(await askFor(one, place, io));
  const label = told[0]?.label ?? null;
  if (place.json) {
    const alerts = told.map(({ alertId, deliveries }) => ({ alertId, deliveries }));
    io.out(`${JSON.stringify({ label, alerts })}\n`);
    return 0;
  }
  const lines = label === null ? [] : [label];
  for (const one of told) lines.push(...linesOf(one));
  io.out(`${lines.join("\n")}\n`);
  return 0;
}

type Wanted = Pick<Told, "alertId" | "alert">;

/** The alert of this id, or those of the incident of this number, oldest first. */
async function alertsOf(asked: string, place: Place, io: CliIo): Promise<readonly Wanted[]> {
  if (ALERT_ID.test(asked)) return [{ alertId: asked, alert: null }];
  const number = asked.replace(/^#/, "").toUpperCase();
  if (!NUMBER.test(number)) {
    const expected = "an alert's id (16 hexadecimal digits) or a number such as A-20417";
    throw new LiqError("LIQ_COMMAND", `Option --deliveries is ${asked}, expected ${expected}`);
  }
  const query = { limit: String(LIMIT_MAX) };
  const { items } = await askDaemon(place, { path: "/v1/alerts", query, answer: AlertsJson }, io);
  const found = items.filter((alert) => alert.number === number).toReversed();
  if (found.length > 0) return found.map((alert) => ({ alertId: alert.alertId, alert }));
  throw new LiqError("LIQ_COMMAND", `No alert of ${number} in the newest ${LIMIT_MAX}`);
}

async function askFor({ alertId, alert }: Wanted, place: Place, io: CliIo): Promise<Told> {
  const path = `/v1/alerts/${alertId}/deliveries`;
  const { label, items } = await askDaemon(place, { path, query: {}, answer: DeliveriesJson }, io);
  return { alertId, alert, label, deliveries: items };
}

function linesOf({ alertId, alert, deliveries }: Told): readonly string[] {
  const title =
    alert === null
      ? `Alert ${alertId}`
      : `${alert.number} ${alert.decision} ${timeOf(alert.at).slice(0, 19)}, ${alertId}`;
  if (deliveries.length === 0) return [title, "  No message tells it."];
  return [title, ...deliveries.flatMap(linesOfDelivery)];
}

function linesOfDelivery({ target, messageNumber, state, log }: Delivery): readonly string[] {
  const rows = log.map(({ attempt, at, outcome, reason, latencyMs, overtaken }) => [
    ...[timeOf(at), String(attempt), outcome, latencyMs === null ? "" : `${latencyMs} ms`],
    `${reason ?? ""}${overtaken ? " (overtaken)" : ""}`,
  ]);
  const table = alignedTable(rows, ["left", "right", "left", "right", "left"]);
  return [
    `  ${target}, message ${messageNumber}: ${state}`,
    ...table.map((line) => `    ${line}`.trimEnd()),
  ];
}

/** `2026-11-20 14:06:12.000`, UTC. */
function timeOf(iso: string): string {
  return iso.slice(0, 23).replace("T", " ");
}
