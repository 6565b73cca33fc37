import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replay, replayLines } from "../../src/cli/replay.ts";
import { STATE_VERSION } from "../../src/cli/replay-run.ts";
import { ruleOf, T0 } from "../severity/samples.ts";
import { recordedIo } from "./recorded-io.ts";

const EXAMPLES = fileURLToPath(new URL("../formats/examples", import.meta.url));
const CONFIG = `
rules:
  - name: minute
    scope: asset
    metric: notionalUsd
    window: 60s
    thresholds: { low: 100, medium: 200, high: 400, critical: 800 }
    cooldown: 1m
    resolve: { belowPctOfLow: 50, for: 10s, reopenWithin: 0s }
    notify: []
`;

let directory = "";
let config = "";
let files = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "liqwatch-replay-"));
  config = join(directory, "rules.yaml");
  await writeFile(config, CONFIG);
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

const event = (ms: number, over: object = {}) =>
  JSON.stringify({
    venue: "okx",
    asset: "BTC",
    positionSide: "long",
    occurredAtMs: T0 + ms,
    notionalUsd: 100,
    ...over,
  });

async function fileOf(...lines: readonly string[]): Promise<string> {
  files += 1;
  const path = join(directory, `input-${files}.ndjson`);
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

/** Runs the command in-process; stderr as the JSON lines that it is. */
async function run(args: readonly string[], stdin = "") {
  const io = { ...recordedIo(), stdin: streamOf(stdin) };
  const code = await replay([...args, "--config", config], io);
  const told = io.written.err.split("\n").filter(Boolean);
  const rejects: unknown[] = told.map((line) => JSON.parse(line));
  return { code, out: io.written.out, rejects };
}

async function* streamOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe("the replay command", () => {
  it("prints the worked examples' reports as one line of sorted JSON", async () => {
    for (const name of await readdir(EXAMPLES)) {
      const folder = join(EXAMPLES, name);
      const text = await readFile(join(folder, "config.yaml"), "utf8");
      const ending = text.includes("--at-end resolve") ? ["--at-end", "resolve"] : [];
      const io = recordedIo();
      const args = [join(folder, "input.ndjson"), "--config", join(folder, "config.yaml")];
      expect(await replay([...args, "--report", "json", ...ending], io)).toBe(0);
      expect(io.written.out.split("\n")).toHaveLength(2);
      const { peaks, ...report } = JSON.parse(io.written.out);
      expect(report).toEqual(JSON.parse(await readFile(join(folder, "report.json"), "utf8")));
      expect(Object.keys(peaks).length).toBeGreaterThan(0);
    }
  });

  it("prints a summary for people otherwise", async () => {
    const { code, out } = await run([await fileOf(event(0))]);
    expect(code).toBe(0);
    expect(out).toContain("Liquidated: $100 (longs $100, shorts $0) in 1 order");
    expect(out).toContain("opened     LOW      BTC  $100 (minute)");
  });

  it("tells every refused line on stderr with its number, goes on and exits with 0", async () => {
    const path = await fileOf("{", event(0), "", event(1, { venue: "nasdaq" }), event(2));
    const { code, out, rejects } = await run([path, "--report", "json"]);
    expect(code).toBe(0);
    expect(rejects).toEqual([
      { line: 1, code: "LIQ_DECODE", reason: "json", detail: 'line is "{"' },
      { line: 4, code: "LIQ_DECODE", reason: "shape", detail: 'venue is "nasdaq"' },
    ]);
    expect(JSON.parse(out).input).toMatchObject({ liquidations: 2, rejected: 2 });
  });

  it("reads standard input where the file is -", async () => {
    const { out } = await run(["-", "--report", "json"], `${event(0)}\n${event(1)}`);
    expect(JSON.parse(out).input).toMatchObject({ liquidations: 2 });
  });

  it("gives the same bytes for the same input", async () => {
    const path = await fileOf(event(0), event(5, { asset: "ETH" }), event(70_000));
    const args = [path, "--report", "json", "--at-end", "resolve"];
    const [first, second] = [await run(args), await run(args)];
    expect(second.out).toBe(first.out);
    expect(JSON.parse(first.out).alerts).toHaveLength(6);
  });

  it("fails on a file without one readable line, and on one that is not there", async () => {
    const path = await fileOf("", "{", "[]", "null");
    await expect(run([path])).rejects.toMatchObject({
      code: "LIQ_DECODE",
      message: `No readable line in ${path}`,
    });
    const absent = join(directory, "absent.ndjson");
    await expect(run([absent])).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringContaining(absent),
    });
  });

  it("is fast with --speed, and refuses a speed that is none", async () => {
    const path = await fileOf(event(0), event(1_000), event(2_000));
    const { out } = await run([path, "--report", "json", "--speed", "100000"]);
    expect(JSON.parse(out).input.liquidations).toBe(3);
    await expect(run([path, "--speed", "0"])).rejects.toMatchObject({ code: "LIQ_COMMAND" });
  });

  it("paces the lines by their own clock: five seconds at fifty times take a tenth", async () => {
    const path = await fileOf(event(0), '{"no":"clock"}', "{", event(5_000));
    const startMs = performance.now();
    await run([path, "--speed", "50"]);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(99);
  });
});

describe("a saved state", () => {
  const lines = [
    event(0),
    event(10, { asset: "ETH", notionalUsd: 250 }),
    "{",
    event(65_000),
    event(90_000),
  ];

  it("goes on to the report of the whole file", async () => {
    const ending = ["--report", "json", "--at-end", "resolve"];
    const whole = await run([await fileOf(...lines), ...ending]);
    const state = join(directory, "state.json");
    const head = await run([await fileOf(...lines.slice(0, 3)), "--save-state", state]);
    expect(head.code).toBe(0);
    expect((await readdir(directory)).filter((name) => name.endsWith(".partial"))).toEqual([]);
    const tail = await run([await fileOf(...lines.slice(3)), "--state", state, ...ending]);
    expect(tail.out).toBe(whole.out);
  });

  it("is refused when it is not ours, or of another version", async () => {
    const path = await fileOf(event(0));
    for (const text of ["", "{}", '{"version":0,"engine":{}}', '{"version":1}', "[]"]) {
      const state = join(directory, "wrong.json");
      await writeFile(state, text);
      await expect(run([path, "--state", state])).rejects.toMatchObject({
        code: "LIQ_COMMAND",
        message: expect.stringContaining(`${state} is not a saved state`),
      });
    }
    const absent = join(directory, "no-state.json");
    await expect(run([path, "--state", absent])).rejects.toMatchObject({
      message: expect.stringContaining(`Cannot read the state ${absent}`),
    });
  });

  it("is refused when it is damaged inside", async () => {
    const state = join(directory, "damaged.json");
    await writeFile(state, `{"version":${STATE_VERSION},"engine":{"nowMs":1790000000000}}`);
    await expect(run([await fileOf(event(0)), "--state", state])).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringContaining(`${state} is a damaged state`),
    });
  });

  it("says where it cannot be written", async () => {
    const nowhere = join(directory, "nowhere", "state.json");
    await expect(run([await fileOf(event(0)), "--save-state", nowhere])).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringContaining(`Cannot write the state ${nowhere}`),
    });
  });
});

describe("a replay without files", () => {
  const options = { rules: [ruleOf()], usdCoins: ["USDT"] };

  it("takes lines and gives report and state", () => {
    const { report, state } = replayLines([event(0)], options);
    expect(report.alerts.map(({ decision }) => decision)).toEqual(["opened"]);
    const rest = replayLines([], { ...options, state, atEnd: "resolve" });
    expect(rest.report.alerts.map(({ decision }) => decision)).toEqual(["opened", "resolved"]);
  });
});
