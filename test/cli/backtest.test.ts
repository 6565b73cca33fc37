/** The command over files: several configurations in one reading, tables and JSON. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CASCADE_LIMITS } from "../../src/cascade.ts";
import { backtest } from "../../src/cli/backtest.ts";
import { Backtest } from "../../src/cli/backtest-run.ts";
import { backtestText } from "../../src/cli/backtest-text.ts";
import { replay } from "../../src/cli/replay.ts";
import { NO_HOLDS } from "../../src/severity/holds.ts";
import { T0 } from "../severity/samples.ts";
import { recordedIo } from "./recorded-io.ts";

let directory = "";
const inDirectory = (name: string) => join(directory, name);

function rulesOf(low: number): string {
  return `
rules:
  - name: minute
    scope: asset
    metric: notionalUsd
    window: 60s
    thresholds: { low: ${low}, medium: 1000, high: 2000, critical: 4000 }
    cooldown: 1m
    resolve: { belowPctOfLow: 50, for: 10s, reopenWithin: 0s }
`;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "liqwatch-backtest-"));
  await writeFile(inDirectory("low.yaml"), rulesOf(100));
  await writeFile(inDirectory("high.yaml"), rulesOf(500));
  const lines = [0, 1, 2].map((index) => {
    const occurredAtMs = T0 + index * 300_000;
    const what = { venue: "okx", asset: "BTC", positionSide: "long" };
    return JSON.stringify({ ...what, occurredAtMs, notionalUsd: 200 * (index + 1) });
  });
  await writeFile(inDirectory("input.ndjson"), ["no JSON", ...lines, ""].join("\n"));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function run(...args: readonly string[]) {
  const io = recordedIo();
  const code = await backtest([...args, inDirectory("input.ndjson")], io);
  return { code, ...io.written };
}

test("each configuration tells what replay decides with it, rejects are told once", async () => {
  const files = ["low.yaml", "high.yaml"].map(inDirectory);
  const { code, out, err } = await run(...files.flatMap((file) => ["--config", file]), "--json");
  expect(code).toBe(0);
  expect(err.match(/LIQ_DECODE/g)).toHaveLength(1);
  const result = JSON.parse(out);
  expect([result.liquidations, result.fromMs, result.toMs]).toEqual([3, T0, T0 + 600_000]);
  for (const [index, file] of files.entries()) {
    const io = recordedIo();
    const args = ["--config", file, "--at-end", "resolve", "--json"];
    await replay([...args, inDirectory("input.ndjson")], io);
    const { alerts } = JSON.parse(io.written.out);
    const count = (decision: string) =>
      alerts.filter((alert: { decision: string }) => alert.decision === decision).length;
    const [rule] = result.configurations[index].rules;
    expect([rule.opened.LOW, rule.resolved]).toEqual([count("opened"), count("resolved")]);
    expect([rule.opened.LOW, rule.resolved]).toEqual(index === 0 ? [3, 3] : [1, 1]);
  }
});

test("targets whose secrets are not set here count, and people get tables", async () => {
  const { out } = await run("--config", inDirectory("low.yaml"));
  expect(out).toContain("3 liquidations");
  expect(out).toMatch(/discord +3 +under 24 h +3 /);
  expect(out).toMatch(/minute +3 +- +- +- +- +- +3 +-/);
  expect(out).not.toMatch(/placeholder|NaN|undefined/);
});

test("nothing told is said, not shown as an empty table", () => {
  const own = { holds: NO_HOLDS, cascade: CASCADE_LIMITS };
  const settings = { rules: [], targets: [], usdCoins: [], ...own };
  const empty = new Backtest([{ name: "none.yaml", settings }], () => {});
  expect(backtestText(empty.result())).toContain("Nothing would have been told");
});

test("a file without one readable line and too many configurations are refused", async () => {
  const io = recordedIo();
  await writeFile(inDirectory("bad.ndjson"), "no JSON\n");
  await expect(backtest([inDirectory("bad.ndjson")], io)).rejects.toThrow("No readable line");
  const many = Array.from({ length: 17 }, () => ["--config", inDirectory("low.yaml")]).flat();
  await expect(run(...many)).rejects.toThrow("17 configurations are given, expected at most 16");
});
