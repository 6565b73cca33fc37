/** `liqwatch test-alert`: does a message arrive? Asks the services themselves; needs no daemon. */
import { loadSettings, type Settings } from "../config.ts";
import { EXIT_FAILURE, LiqError } from "../errors.ts";
import { createLog } from "../log-pino.ts";
import { didYouMean } from "../nearest.ts";
import type { TargetSettings } from "../notifiers/notifier.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { parseArguments } from "./arguments.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";
import { sendTest, type TestResult } from "./test-message.ts";

export const testAlert: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS["test-alert"], args);
  const settings = loadSettings({ file: values.config, env: io.environment(values.config) });
  const targets = chosen(settings, positionals[0]);
  const log = createLog({ level: "warn", isTty: true, write: (text) => io.err(text) });
  // With --json stdout holds the results alone.
  const write = (text: string) => (values.json ? io.err(text) : io.out(text));
  const deps = { runtime: nodeRuntime, log, write };
  const results = await Promise.all(targets.map((target) => sendTest(target, deps)));
  const ok = results.every(({ attempt }) => attempt.outcome === "delivered");
  if (values.json) io.out(`${JSON.stringify({ ok, targets: results.map(plainResult) })}\n`);
  else tell(results, settings, io);
  return ok ? 0 : EXIT_FAILURE;
};

function chosen({ targets, off }: Settings, name: string | undefined): readonly TargetSettings[] {
  if (name === undefined) return targets;
  const found = targets.filter((target) => target.name === name);
  if (found.length > 0) return found;
  const missing = off.find((notifier) => notifier.name === name)?.missing;
  if (missing !== undefined) {
    throw new LiqError("LIQ_COMMAND", `Target ${name} is off: ${missing.join(", ")} not set`);
  }
  const names = targets.map((target) => target.name);
  const expected = `expected one of ${names.join(", ")}${didYouMean(name, names)}`;
  throw new LiqError("LIQ_COMMAND", `Unknown target ${name}, ${expected}`);
}

/** One flat object per target; keys that do not apply are null. */
export function plainResult({ target, type, attempt, latencyMs }: TestResult) {
  const isDelivered = attempt.outcome === "delivered";
  return {
    target,
    type,
    delivered: isDelivered,
    latencyMs,
    remoteId: isDelivered ? attempt.remoteId : null,
    reason: isDelivered ? null : attempt.reason,
    detail: isDelivered ? null : attempt.detail,
  };
}

function tell(results: readonly TestResult[], { off }: Settings, io: CliIo): void {
  for (const result of results) io.out(`${wordsOf(result)}\n`);
  for (const { name, missing } of off) io.err(`${name} is off: ${missing.join(", ")} not set\n`);
}

/** `discord (discord): delivered in 182 ms, message 1300000000000000001`. */
export function wordsOf({ target, type, attempt, latencyMs }: TestResult): string {
  const name = `${target} (${type})`;
  if (attempt.outcome === "delivered") {
    const { remoteId } = attempt;
    return `${name}: delivered in ${latencyMs} ms${remoteId === null ? "" : `, message ${remoteId}`}`;
  }
  return `${name}: not delivered after ${latencyMs} ms, ${attempt.reason}: ${attempt.detail}`;
}
