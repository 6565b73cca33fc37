/** The Grafana dashboard as a file, and its queries as Grafana would send them. */
import { readFileSync } from "node:fs";
import { z } from "zod";

const Source = z.object({ type: z.string(), uid: z.string() });

const SqlTarget = z.object({
  datasource: Source,
  format: z.enum(["table", "time_series"]),
  rawQuery: z.literal(true),
  rawSql: z.string().min(1),
});
export type SqlTarget = z.infer<typeof SqlTarget>;

/** PromQL. */
const MetricTarget = z.object({ datasource: Source, expr: z.string().min(1) });

const Panel = z.object({
  id: z.int(),
  type: z.enum(["row", "stat", "timeseries", "table"]),
  title: z.string().min(1),
  description: z.string().optional(),
  datasource: Source.optional(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  fieldConfig: z
    .object({
      overrides: z.array(z.object({ matcher: z.object({ id: z.string(), options: z.string() }) })),
    })
    .optional(),
  targets: z.array(z.union([SqlTarget, MetricTarget])).default([]),
});
export type Panel = z.infer<typeof Panel>;

const Dashboard = z.object({
  uid: z.literal("liqwatch"),
  timezone: z.literal("utc"),
  templating: z.object({
    list: z.array(
      z.object({ name: z.string(), query: z.string(), datasource: Source, allValue: z.string() }),
    ),
  }),
  panels: z.array(Panel),
});

export function readDashboard(): z.infer<typeof Dashboard> {
  const text = readFileSync("deploy/grafana/dashboards/liqwatch.json", "utf8");
  return Dashboard.parse(JSON.parse(text));
}

export function sqlTargets(panel: Panel): readonly SqlTarget[] {
  return panel.targets.flatMap((target) => ("rawSql" in target ? [target] : []));
}

/** Every PromQL expression of the dashboard. */
export function metricQueries(panels: readonly Panel[]): readonly string[] {
  const targets = panels.flatMap((panel) => panel.targets);
  return targets.flatMap((target) => ("expr" in target ? [target.expr] : []));
}

export interface View {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  /** null = All, whose value Grafana puts in as it stands in the file. */
  readonly asset: string | null;
  readonly allValue: string;
}

/**
 * Grafana's variables and macros, as far as the dashboard uses them; any other stays and is an
 * error of the database. https://grafana.com/docs/grafana/latest/datasources/postgres/
 */
export function expand(sql: string, view: View): string {
  const { fromMs, toMs, intervalMs, asset, allValue } = view;
  const iso = (timeMs: number) => `'${new Date(timeMs).toISOString()}'`;
  const quoted = asset === null ? allValue : `'${asset.replaceAll("'", "''")}'`;
  return sql
    .replaceAll("${__from}", String(fromMs))
    .replaceAll("${__to}", String(toMs))
    .replaceAll("$__interval_ms", String(intervalMs))
    .replaceAll("${asset:sqlstring}", quoted)
    .replaceAll(/\$__timeFilter\(([^()]+)\)/g, `$1 between ${iso(fromMs)} and ${iso(toMs)}`);
}
