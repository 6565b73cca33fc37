/** The daemon as its users run it: a child process of the built files, watched from outside. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { inject } from "vitest";
import { until } from "../real/run-folder.ts";

const MAIN = resolve("dist/main.js");
/** A busy machine with two cores and a first start: far more than is ever needed. */
const READY_MS_MAX = 30_000;
const STOP_MS_MAX = 15_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface DaemonProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** All of stderr so far. */
  err(): string;
  /** Where the page is, as told on stderr. */
  url(): Promise<string>;
  /** Status and body of an address of the page's server; null while nobody listens. */
  ask(path: string): Promise<{ readonly status: number; readonly text: string } | null>;
  /** Resolves when `/readyz` says that it decides. */
  ready(): Promise<void>;
  /** Resolves when this process has recorded so many new messages: a kill repeats none of them. */
  recorded(deliveries: number): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<Ended>;
  /** Asks it to stop, as a service manager would. */
  stop(): Promise<Ended>;
}

const running = new Set<ChildProcess>();

/** For `afterEach`: a failed test leaves no process behind. */
export async function killLeftovers(): Promise<void> {
  await Promise.all([...running].map((child) => endOf(child, "SIGKILL")));
}

/** `env` is all that it sees of ours, beside what Node itself needs. */
export function startDaemon(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): DaemonProcess {
  const { PATH, HOME } = process.env;
  // What a killed demo leaves in the folder for temporary files goes with the run.
  const own = { PATH, HOME, TMPDIR: inject("runFolder"), LIQWATCH_HTTP_PORT: "0" };
  const child = spawn(process.execPath, [MAIN, "run", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...own, ...env },
  });
  running.add(child);
  const told = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    told.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    told.err += chunk;
  });
  const ended = once(child, "close").then(([code, signal]): Ended => {
    running.delete(child);
    return { code, signal, ...told };
  });
  return watched(child, ended, () => told.err);
}

function watched(child: ChildProcess, ended: Promise<Ended>, err: () => string): DaemonProcess {
  const pageOf = () => /^Page: (\S+)$/m.exec(err())?.[1] ?? null;
  const ask: DaemonProcess["ask"] = async (path) => {
    const response = await fetch(`${pageOf()}${path}`).catch(() => null);
    if (response === null) return null;
    return { status: response.status, text: await response.text() };
  };
  const alive = async (isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> => {
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    await until(async () => hasEnded() || (await isTrue()), what, READY_MS_MAX).catch((error) => {
      throw new Error(`${error.message}\n${err()}`);
    });
    if (hasEnded()) throw new Error(`It ended before ${what}\n${err()}`);
  };
  return {
    pid: child.pid ?? 0,
    ended,
    err,
    ask,
    async url() {
      await alive(() => pageOf() !== null, "it told its address");
      return pageOf() ?? "";
    },
    ready: () => alive(async () => (await ask("/readyz"))?.status === 200, "it was ready"),
    async recorded(deliveries) {
      const hasRecorded = async () => {
        const { summary } = JSON.parse((await ask("/v1/state"))?.text ?? "{}");
        return (summary?.deliveries.delivered ?? 0) >= deliveries;
      };
      await alive(hasRecorded, `it had recorded ${deliveries} deliveries`);
    },
    kill: () => endOf(child, "SIGKILL").then(() => ended),
    async stop() {
      await endOf(child, "SIGTERM");
      return ended;
    },
  };
}

async function endOf(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  child.kill(signal);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await until(hasEnded, `process ${child.pid} ended after ${signal}`, STOP_MS_MAX);
}
