import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLines } from "../../src/cli/lines.ts";
import { record } from "../../src/cli/record.ts";
import { replay } from "../../src/cli/replay.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import { recordedIo } from "./recorded-io.ts";

const DEADLINE_MS = 30_000;
const folder = scratchFolder("record");
let okx: Simulator;

beforeEach(async () => {
  okx = await startSimulator({ venue: "okx", runtime: nodeRuntime, assets: ["DOGE"] });
});

afterEach(() => okx.stop());

test("what a venue says is written down until it is asked to stop, and replay reads it", async () => {
  const config = join(folder, "liqwatch.yaml");
  const { wsUrl, restUrl } = okx;
  const venues = { okx: { wsUrl, restUrl } };
  writeFileSync(config, JSON.stringify({ venues, dataDir: join(folder, "data") }));
  const out = join(folder, "recordings");
  const stop = new AbortController();
  const io = { ...recordedIo(), signal: stop.signal };
  const args = ["--config", config, "--venues", "okx", "--out", out, "--json"];
  const running = record(args, io);
  await until(() => okx.subscriptions().length > 0, "subscribed", DEADLINE_MS);
  okx.publish({
    ...{ venue: "okx", asset: "DOGE", positionSide: "short", price: "0.2" },
    ...{ baseSize: "50000", atMs: Date.now() },
  });
  await until(() => okx.truth().length > 0, "published", DEADLINE_MS);
  await until(() => holds(out, "details"), "the order is on disk", DEADLINE_MS);
  stop.abort();
  expect(await running).toBe(0);
  const summary = JSON.parse(io.written.out);
  expect(summary).toMatchObject({ folder: out, parts: 1, lost: 0 });
  expect(summary.venues.okx.liquidations).toBe(1);
  expect(io.written.err).toContain(`Recording okx to ${out}`);

  const back = recordedIo();
  expect(await replay([out, "--report", "json"], back)).toBe(0);
  const report = JSON.parse(back.written.out);
  // 5 contracts of 1,000 coins are not in the bundled table alone: the recording brings its list.
  expect(report.totals.byAsset.DOGE).toMatchObject({ orders: 1, shortUsd: 10_000 });
  expect(report.input.frames).toBeGreaterThan(1);
});

test("a venue without a socket is recorded too, and its old rows stay history", async () => {
  const orderly = await startSimulator({ venue: "orderly", runtime: nodeRuntime, assets: ["BTC"] });
  const out = join(folder, "polled");
  const config = join(folder, "polled.yaml");
  const { restUrl } = orderly;
  writeFileSync(
    config,
    JSON.stringify({ venues: { orderly: { restUrl } }, dataDir: join(folder, "data") }),
  );
  try {
    orderly.publish({
      ...{ venue: "orderly", asset: "BTC", positionSide: "long", price: "60000" },
      ...{ baseSize: "0.5", atMs: Date.now() - 60_000 },
    });
    await until(() => orderly.truth().length > 0, "published", DEADLINE_MS);
    const stop = new AbortController();
    const io = { ...recordedIo(), signal: stop.signal };
    const args = ["--config", config, "--venues", "orderly", "--out", out, "--json"];
    const running = record(args, io);
    await until(() => holds(out, '"event":"subscribed"'), "the round is on disk", DEADLINE_MS);
    stop.abort();
    expect(await running).toBe(0);
    expect(JSON.parse(io.written.out).venues).toEqual({ orderly: { frames: 1, liquidations: 1 } });
    const back = recordedIo();
    expect(await replay([out, "--report", "json"], back)).toBe(0);
    const { input, totals } = JSON.parse(back.written.out);
    expect(input).toMatchObject({ liquidations: 1, history: 1 });
    expect(totals.byAsset.BTC).toMatchObject({ orders: 1, longUsd: 30_000 });
  } finally {
    await orderly.stop();
  }
});

/** False while the folder is not there. */
async function holds(path: string, text: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  for await (const line of readLines(path)) if (line.text.includes(text)) return true;
  return false;
}

test("a venue that does not exist is named with what may have been meant", async () => {
  await expect(record(["--venues", "okx,bibit"], recordedIo())).rejects.toMatchObject({
    code: "LIQ_COMMAND",
    message: "Option --venues names bibit, no such venue; did you mean bybit?",
  });
});
