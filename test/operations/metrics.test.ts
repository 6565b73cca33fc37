/** Prometheus' files: what they name is mounted, published and measured. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readCompose } from "./compose-file.ts";
import { metricQueries, readDashboard } from "./dashboard-file.ts";
import { readInstructions } from "./dockerfile.ts";

const RuleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          annotations: z.strictObject({ summary: z.string() }),
        }),
      ),
    }),
  ),
});

const read = (path: string): unknown => parse(readFileSync(path, "utf8"));
const { services } = readCompose();
const { groups } = RuleFile.parse(read("deploy/prometheus/rules.yml"));
const rules = groups.flatMap((group) => group.rules);
const queries = [...rules.map(({ expr }) => expr), ...metricQueries(readDashboard().panels)];

describe("Prometheus", () => {
  test("scrapes the port of the image, by the service's name", () => {
    const [port] = readInstructions("Dockerfile").filter(({ name }) => name === "EXPOSE");
    expect(Object.keys(services)).toContain("liqwatch");
    expect(read("deploy/prometheus/prometheus.yml")).toMatchObject({
      scrape_configs: [
        { job_name: "liqwatch", static_configs: [{ targets: [`liqwatch:${port?.rest}`] }] },
      ],
    });
  });

  test("its configuration and rules are mounted where they are looked for", () => {
    const mounts = services.prometheus?.volumes.map((volume) => volume.split(":")) ?? [];
    const targetOf = (path: string) => mounts.find(([source]) => source === path)?.[1];
    const config = targetOf("./deploy/prometheus/prometheus.yml");
    expect(services.prometheus?.command).toContain(`--config.file=${config}`);
    expect(read("deploy/prometheus/prometheus.yml")).toMatchObject({
      rule_files: [targetOf("./deploy/prometheus/rules.yml")],
    });
  });

  test("alerts have names of their own and say what is wrong", () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    expect(rules.filter(({ annotations }) => annotations.summary.length < 15)).toEqual([]);
  });
});

/** Where the daemon names its metrics; a version without that file has no metrics. */
const TABLE = "src/api/metric-table.ts";

if (existsSync(TABLE)) {
  test("every metric of the dashboard and of the rules is one of ours", () => {
    const table = readFileSync(TABLE, "utf8");
    const ours = new Set([...table.matchAll(/^ {2}(liqwatch_\w+): \{/gm)].map(([, name]) => name));
    const used = queries.flatMap((query) => {
      return [...query.matchAll(/\bliqwatch_\w+/g)].map(([name]) => name.replace(/_bucket$/, ""));
    });
    expect(used.length).toBeGreaterThan(15);
    expect(used.filter((name) => !ours.has(name))).toEqual([]);
  });
}
