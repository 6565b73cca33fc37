/**
 * `liqwatch test-alert`: does a message arrive? A running daemon sends it and takes a parked target
 * into use again; without one, or without its token, the command asks the services itself.
 */
import { TargetTestJson } from "../api/routes/targets.ts";
import { loadSettings, type Settings } from "../config.ts";
import { EXIT_FAILURE, LiqError } from "../errors.ts";
import { createLog } from "../log-pino.ts";
import type { NotifierDeps } from "../notifiers/index.ts";
import type { TargetSettings } from "../notifiers/notifier.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { sendTest, type TestResult, targetNamed } from "../test-message.ts";
import { parseArguments } from "./arguments.ts";
import { askDaemon, daemonAddress, type Place } from "./ask.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

const STAYS_PARKED =
  "A target that a daemon has parked stays so until the daemon is asked or restarted";

/** The attempt that runs and our own, each as long as a notifier waits, and a little. */
const DAEMON_MS_MAX = 25_000;

type Answer = ReturnType<typeof TargetTestJson.parse>;

/** One target's answer, and who sent the message. */
interface Tested extends Answer {
  readonly type: TargetSettings["type"];
  readonly via: "daemon" | "command";
  /** Why the daemon did not send it; null when it did. */
  readonly why: string | null;
}

export const testAlert: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS["test-alert"], args);
  const settings = loadSettings({ file: values.config, env: io.environment(values.config) });
  const targets = chosen(settings, positionals[0]);
  const log = createLog({ level: "warn", isTty: true, write: (text) => io.err(text) });
  // With --json stdout holds the results alone.
  const write = (text: string) => (values.json ? io.err(text) : io.out(text));
  const deps = { runtime: nodeRuntime, log, write };
  const { adminToken } = settings.http;
  // A place that is written wrong is a mistake; a daemon that is not there is none.
  if (values.url !== null) daemonAddress(values, io);
  const ask = (target: TargetSettings) => test(target, { place: values, adminToken, deps, io });
  const results = await Promise.all(targets.map(ask));
  const ok = results.every(({ delivered }) => delivered);
  for (const why of new Set(results.map((result) => result.why))) {
    if (why !== null) io.err(`Sent by this command, not by a daemon: ${why}. ${STAYS_PARKED}\n`);
  }
  if (values.json)
    io.out(`${JSON.stringify({ ok, targets: results.map(({ why: _, ...result }) => result) })}\n`);
  else tell(results, settings, io);
  return ok ? 0 : EXIT_FAILURE;
};

function chosen({ targets, off }: Settings, name: string | undefined): readonly TargetSettings[] {
  if (name === undefined) return targets;
  const missing = off.find((notifier) => notifier.name === name)?.missing;
  if (missing !== undefined) {
    throw new LiqError("LIQ_COMMAND", `Target ${name} is off: ${missing.join(", ")} not set`);
  }
  return [targetNamed(targets, name)];
}

interface Ways {
  readonly place: Place;
  readonly adminToken: string | null;
  readonly deps: NotifierDeps;
  readonly io: CliIo;
}

/** By the daemon if it can be asked, else by ourselves. */
async function test(target: TargetSettings, ways: Ways): Promise<Tested> {
  const { place, adminToken, deps, io } = ways;
  let why = "http.adminToken is not set";
  if (adminToken !== null) {
    const path = `/v1/targets/${encodeURIComponent(target.name)}/test`;
    const post = { token: adminToken, withinMs: DAEMON_MS_MAX };
    const question = { path, query: {}, answer: TargetTestJson, post };
    try {
      const answer = await askDaemon(place, question, io);
      return { ...answer, type: target.type, via: "daemon", why: null };
    } catch (thrown) {
      if (!(thrown instanceof LiqError)) throw thrown;
      why = thrown.message;
    }
  }
  const sent = plainResult(await sendTest(target, deps));
  return { ...sent, rearmed: false, resent: 0, via: "command", why };
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

function tell(results: readonly Tested[], { off }: Settings, io: CliIo): void {
  for (const result of results) io.out(`${wordsOf(result)}\n`);
  for (const { name, missing } of off) io.err(`${name} is off: ${missing.join(", ")} not set\n`);
}

/** `discord (discord): delivered in 182 ms, message 1300000000000000001`. */
function wordsOf(result: Omit<Tested, "why">): string {
  const { target, type, delivered, latencyMs, remoteId, reason, detail } = result;
  const name = `${target} (${type})`;
  if (!delivered) return `${name}: not delivered after ${latencyMs} ms, ${reason}: ${detail}`;
  const message = remoteId === null ? "" : `, message ${remoteId}`;
  const rearmed = result.rearmed
    ? `; it was parked, ${result.resent} messages that waited go out`
    : "";
  return `${name}: delivered in ${latencyMs} ms${message}${rearmed}`;
}
