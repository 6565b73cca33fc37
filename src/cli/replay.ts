/** `liqwatch replay FILE`: events or recorded lines through the engine, without sending anything. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { loadSettings } from "../config.ts";
import { LiqError, messageOf } from "../errors.ts";
import { isFields, parseJson } from "../feeds/fields.ts";
import type { Reject } from "../liquidation.ts";
import type { Rule } from "../rule.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { parseArguments } from "./arguments.ts";
import { lineClockMs } from "./event-line.ts";
import type { CliIo, Command } from "./io.ts";
import { readLines } from "./lines.ts";
import { Replay, type ReplayOptions, type ReplayState, STATE_VERSION } from "./replay-run.ts";
import { replaySummary } from "./replay-summary.ts";
import { type PrintedReport, sortedJson } from "./report.ts";
import { COMMANDS } from "./table.ts";

/** A line of progress on stderr every so many lines, on a terminal. */
const PROGRESS_LINES = 200_000;

export const replay: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS.replay, args);
  const path = positionals[0] ?? "-";
  const settings = loadSettings({
    file: values.config,
    env: io.environment(values.config),
    needsNotifiers: false,
  });
  let lineNumber = 0;
  const { rules, usdCoins, holds, cascade, cascadeProfile: profile } = settings;
  const run = await open(values.state, {
    ...{ rules, usdCoins, holds, cascade, profile },
    onReject: (reject) => tellReject(reject, lineNumber, io),
  });
  const pace = values.speed === null ? null : new Pace(values.speed);
  for await (const line of readLines(path === "-" ? io.stdin : path)) {
    lineNumber = line.number;
    await pace?.before(line.text);
    run.line(line.text);
    if (io.isTty && line.number % PROGRESS_LINES === 0) io.err(`${line.number} lines read\n`);
  }
  if (run.linesRead === 0) throw new LiqError("LIQ_DECODE", `No readable line in ${path}`);
  if (values["at-end"] === "resolve") run.runToRest();
  if (values["save-state"] !== null) await writeState(values["save-state"], run.save());
  const report = run.report();
  const isJson = values.json || values.report === "json";
  io.out(isJson ? `${sortedJson(report)}\n` : replaySummary(report, rules));
  return 0;
};

/** The same without files: lines in, report and state out. */
export function replayLines(
  lines: Iterable<string>,
  options: ReplayOptions & { readonly rules: readonly Rule[]; readonly atEnd?: "resolve" },
): { readonly report: PrintedReport; readonly state: ReplayState } {
  const run = new Replay(options);
  for (const line of lines) run.line(line);
  if (options.atEnd === "resolve") run.runToRest();
  return { report: run.report(), state: run.save() };
}

function tellReject({ reason, detail }: Reject, line: number, io: CliIo): void {
  io.err(`${JSON.stringify({ line, code: "LIQ_DECODE", reason, detail })}\n`);
}

/** `--speed N`: waits so that the file's clock runs N times as fast as ours. */
class Pace {
  readonly #speed: number;
  #startMs: number | null = null;
  #clockMs = 0;

  constructor(speed: number) {
    if (!(speed > 0)) {
      throw new LiqError("LIQ_COMMAND", `Option --speed is ${speed}, expected a number above 0`);
    }
    this.#speed = speed;
  }

  async before(text: string): Promise<void> {
    const line = parseJson(text);
    const clockMs = isFields(line) ? lineClockMs(line) : null;
    if (clockMs === null) return;
    if (this.#startMs === null) {
      this.#startMs = nodeRuntime.monotonicMs();
      this.#clockMs = clockMs;
    }
    const dueMs = this.#startMs + (clockMs - this.#clockMs) / this.#speed;
    const waitMs = dueMs - nodeRuntime.monotonicMs();
    if (waitMs > 0) await nodeRuntime.sleep(waitMs);
  }
}

/** A fresh replay, or one that goes on from a saved state. */
async function open(statePath: string | null, options: ReplayOptions): Promise<Replay> {
  if (statePath === null) return new Replay(options);
  const state = await readState(statePath);
  try {
    return new Replay({ ...options, state });
  } catch (error) {
    const reason = `${statePath} is a damaged state: ${messageOf(error)}`;
    throw new LiqError("LIQ_COMMAND", reason, { cause: error });
  }
}

async function readState(path: string): Promise<ReplayState> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new LiqError("LIQ_COMMAND", `Cannot read the state ${path}: ${messageOf(error)}`);
  }
  const state = parseJson(text);
  if (!isReplayState(state)) {
    const expected = `expected what --save-state of this version wrote (version ${STATE_VERSION})`;
    throw new LiqError("LIQ_COMMAND", `${path} is not a saved state, ${expected}`);
  }
  return state;
}

/** Our own file, so its version is trusted for the rest. */
function isReplayState(value: unknown): value is ReplayState {
  return isFields(value) && value.version === STATE_VERSION && isFields(value.engine);
}

/** Beside the path first, then renamed: a state is whole or not there. */
async function writeState(path: string, state: ReplayState): Promise<void> {
  const beside = `${path}.partial`;
  try {
    await writeFile(beside, JSON.stringify(state));
    await rename(beside, path);
  } catch (error) {
    throw new LiqError("LIQ_COMMAND", `Cannot write the state ${path}: ${messageOf(error)}`);
  }
}
