/** `liqwatch backtest --config A --config B FILE`: what each configuration would have told of a file. */
import { loadSettings } from "../config.ts";
import { LiqError } from "../errors.ts";
import { parseArguments } from "./arguments.ts";
import { Backtest } from "./backtest-run.ts";
import { backtestText } from "./backtest-text.ts";
import type { CliIo, Command } from "./io.ts";
import { readLines } from "./lines.ts";
import { sortedJson } from "./report.ts";
import { COMMANDS } from "./table.ts";

/** A line of progress on stderr every so many lines. */
const PROGRESS_LINES = 100_000;
/** Each configuration has an engine of its own with every key of the file. */
const CONFIGURATIONS_MAX = 16;

export const backtest: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS.backtest, args);
  const path = positionals[0] ?? "-";
  const files = values.config.length === 0 ? [null] : values.config;
  if (files.length > CONFIGURATIONS_MAX) {
    const given = `${files.length} configurations are given`;
    throw new LiqError("LIQ_COMMAND", `${given}, expected at most ${CONFIGURATIONS_MAX}`);
  }
  const candidates = files.map((file) => candidateOf(file, io));
  let line = 0;
  const run = new Backtest(candidates, ({ reason, detail }) => {
    io.err(`${JSON.stringify({ line, code: "LIQ_DECODE", reason, detail })}\n`);
  });
  for await (const { number, text } of readLines(path === "-" ? io.stdin : path)) {
    line = number;
    run.line(text);
    if (number % PROGRESS_LINES === 0) io.err(`${number} lines read\n`);
  }
  if (run.linesRead === 0) throw new LiqError("LIQ_DECODE", `No readable line in ${path}`);
  const result = run.result();
  io.out(values.json ? `${sortedJson(result)}\n` : backtestText(result));
  return 0;
};

function candidateOf(file: string | null, io: CliIo) {
  const settings = loadSettings({
    file,
    env: io.environment(file),
    ...{ needsNotifiers: false, hasPlaceholders: true },
  });
  return { name: settings.file ?? "defaults", settings };
}
